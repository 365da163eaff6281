// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamaanswer.h"
#include "daemon/dialect/ollamaembeddings.h"
#include "daemon/dialect/openaichunk.h"
#include "daemon/dialect/upstreamerror.h"
#include "shared/wire/jsonscan.h"

#include <QtEndian>
#include <QTest>

using namespace moe;
using namespace moe::dialect;

namespace {

const AnswerHead Head{"chatcmpl-1", 17, "alias"};

// Recorded from Ollama 0.17.4 with gemma3:270m.
const QByteArrayList ChatLines{
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:12.804782978Z","message":{"role":"assistant","content":" Say"},"done":false})",
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:12.866430694Z","message":{"role":"assistant","content":" hi"},"done":false})",
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:12.955435344Z","message":{"role":"assistant","content":"\n"},"done":false})",
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:13.010155654Z","message":{"role":"assistant","content":""},"done":true,)"
    R"("done_reason":"length","total_duration":2749611042,"load_duration":1746398645,"prompt_eval_count":78,)"
    R"("prompt_eval_duration":613870790,"eval_count":6,"eval_duration":198283249})"};
const QByteArray WholeChat
    = R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:13.567684905Z","message":{"role":"assistant",)"
      R"("content":" Say hi.\n"},"done":true,"done_reason":"stop","total_duration":536511176,"load_duration":201319930,)"
      R"("prompt_eval_count":78,"prompt_eval_duration":34099569,"eval_count":6,"eval_duration":232482823})";
const QByteArrayList GenerateLines{
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:14.361146002Z","response":" One","done":false})",
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:14.381249728Z","response":" two","done":false})",
    R"({"model":"gemma3:270m","created_at":"2026-11-21T03:58:14.416679331Z","response":"","done":true,"done_reason":"length",)"
    R"("context":[818,2269,563,496],"total_duration":453571169,"prompt_eval_count":77,"eval_count":3})"};
const QByteArray Embedded
    = R"({"model":"all-minilm","embeddings":[[-0.47698352,0.45396808,-0.604302,0.44857424]],"total_duration":54672190,)"
      R"("load_duration":18296664,"prompt_eval_count":3})";
const QByteArray Uncounted = R"({"model":"m","embeddings":[[1]],"prompt_eval_count":-4})";

// What a client puts together from chunks.
struct Assembled {
    QByteArray content;
    QByteArray reasoning;
    QByteArrayList toolCalls;
    QByteArrayList finishReasons;
    int chunks = 0;
};

Assembled assemble(const QByteArrayList &chunks)
{
    Assembled out;
    for (const QByteArray &chunk : chunks) {
        ++out.chunks;
        const ChunkView view = inspectChunk(chunk).value();
        if (view.content)
            out.content += json::unescaped(chunk, *view.content);
        if (view.reasoning)
            out.reasoning += json::unescaped(chunk, *view.reasoning);
        if (view.toolCalls)
            out.toolCalls += view.toolCalls->in(chunk).toByteArray();
        if (view.finishReason)
            out.finishReasons += json::unescaped(chunk, *view.finishReason);
    }
    return out;
}

QByteArrayList streamed(OllamaStream &stream, const QByteArrayList &lines)
{
    QByteArrayList chunks;
    for (const QByteArray &line : lines)
        chunks += stream.feedLine(line).value();
    return chunks;
}

QByteArray messageLine(const QByteArray &members)
{
    return "{\"message\":{\"role\":\"assistant\"," + members + "},\"done\":false}";
}

const QByteArray LastLine = R"({"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"})";

}

class TestOllamaAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chatStream()
    {
        OllamaStream stream(Head, AnswerKind::Chat);
        const QByteArrayList chunks = streamed(stream, ChatLines);
        QVERIFY(chunks.first().contains(R"("delta":{"role":"assistant","content":""})"));
        const Assembled answer = assemble(chunks);
        QCOMPARE(answer.content, QByteArray(" Say hi\n"));
        QCOMPARE(answer.finishReasons, QByteArrayList{"length"});
        QVERIFY(inspectChunk(chunks.last())->isFinish());
        QVERIFY(stream.isFinished());
        QCOMPARE(stream.usage(), (Usage{78, 6, false}));
        QCOMPARE(inspectChunk(stream.usageChunk(stream.usage()))->usage, (Usage{78, 6, false}));
        for (const QByteArray &chunk : chunks)
            QVERIFY(chunk.startsWith(
                R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":17,"model":"alias",)"));
        QVERIFY(!stream.feedLine(ChatLines.first())); // nothing after the end
    }

    void wholeChat()
    {
        const auto answer = readOllamaAnswer(WholeChat, 200);
        QVERIFY(answer);
        QCOMPARE(ollamaCompletion(Head, AnswerKind::Chat, {*answer}),
                 R"({"id":"chatcmpl-1","object":"chat.completion","created":17,"model":"alias","choices":[{"index":0,)"
                 R"("message":{"role":"assistant","content":" Say hi.\n"},"logprobs":null,"finish_reason":"stop"}],)"
                 R"("usage":{"prompt_tokens":78,"completion_tokens":6,"total_tokens":84}})");
        const QByteArray both = ollamaCompletion(Head, AnswerKind::Chat, {*answer, *answer});
        QCOMPARE(inspectChunk(both)->usage, (Usage{78, 12, false})); // the prompt once
        QVERIFY(both.contains("\"index\":1"));
        QVERIFY(!readOllamaAnswer(ChatLines.first(), 200)); // it was not done
    }

    void textStream()
    {
        OllamaStream stream(Head, AnswerKind::Text, 0, 1);
        const QByteArrayList chunks = streamed(stream, GenerateLines);
        QCOMPARE(chunks.size(), 3);
        QCOMPARE(chunks.first(),
                 R"({"id":"chatcmpl-1","object":"text_completion","created":17,"model":"alias","choices":[)"
                 R"({"index":1,"text":" One","logprobs":null,"finish_reason":null}]})");
        QCOMPARE(assemble(chunks).content, QByteArray(" One two"));
        QCOMPARE(assemble(chunks).finishReasons, QByteArrayList{"length"});
        QVERIFY(stream.usageChunk(stream.usage()).contains(R"("choices":[],"usage":{"prompt_tokens":77)"));
        const auto whole = readOllamaAnswer(R"({"response":" One two","done":true,"done_reason":"length"})", 200, 5);
        QVERIFY(ollamaCompletion(Head, AnswerKind::Text, {*whole})
                    .contains(R"("text":" One two","logprobs":null,"finish_reason":"length")"));
    }

    void thinking()
    {
        OllamaStream stream(Head, AnswerKind::Chat);
        const Assembled answer = assemble(
            streamed(stream,
                     {messageLine(R"("content":"","thinking":"Hm")"), messageLine(R"("content":"","thinking":"m.")"),
                      messageLine(R"("content":"Yes")"), LastLine}));
        QCOMPARE(answer.reasoning, QByteArray("Hmm."));
        QCOMPARE(answer.content, QByteArray("Yes"));
        OllamaStream raw(Head, AnswerKind::Chat);
        const Assembled split
            = assemble(streamed(raw,
                                {messageLine(R"("content":"<thi")"), messageLine(R"("content":"nk>a")"),
                                 messageLine(R"("content":"</think>\n\nb")"), LastLine}));
        QCOMPARE(split.reasoning, QByteArray("a"));
        QCOMPARE(split.content, QByteArray("b"));
        const auto whole = readOllamaAnswer(R"({"message":{"content":"<think>a</think>b"},"done":true})", 200);
        QCOMPARE(whole->choice.reasoning, QByteArray("a"));
        QCOMPARE(whole->choice.content, QByteArray("b"));
    }

    void toolCallsAreIndexedAnew()
    {
        const QByteArray call = R"({"function":{"index":0,"name":"f","arguments":{"b": 1.0, "a":[2]}}})";
        OllamaStream stream(Head, AnswerKind::Chat);
        const Assembled answer
            = assemble(streamed(stream,
                                {messageLine("\"content\":\"<\",\"tool_calls\":[" + call + "]"),
                                 messageLine("\"tool_calls\":[" + call + ',' + call + "]"), LastLine}));
        QCOMPARE(answer.content, QByteArray("<")); // what was held back comes in front
        QCOMPARE(answer.toolCalls.size(), 3);
        QVERIFY(answer.toolCalls.at(0).startsWith(R"([{"index":0,"id":)"));
        QVERIFY(answer.toolCalls.at(2).startsWith(R"([{"index":2,"id":)"));
        QVERIFY(answer.toolCalls.at(0).contains("call_"));
        QVERIFY(answer.toolCalls.at(0).first(40) != answer.toolCalls.at(1).first(40));
        QVERIFY(answer.toolCalls.at(0).endsWith(
            "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"b\\\": 1.0, \\\"a\\\":[2]}\"}}]"));
        QCOMPARE(answer.finishReasons, QByteArrayList{"tool_calls"}); // though the node said stop
    }

    void wholeToolCalls()
    {
        const auto answer = readOllamaAnswer(
            R"({"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{}}},7,{}]},"done":true})",
            200);
        QCOMPARE(answer->choice.toolCalls.size(), 1);
        const QByteArray text = ollamaCompletion(Head, AnswerKind::Chat, {*answer});
        QVERIFY(text.contains(R"("content":null,"tool_calls":[{"id":)"));
        QVERIFY(text.contains(R"("finish_reason":"tool_calls")"));
    }

    void unreportedUsageIsEstimated()
    {
        OllamaStream stream(Head, AnswerKind::Chat, 40);
        streamed(stream, {ChatLines.at(0), ChatLines.at(1), LastLine});
        QCOMPARE(stream.usage(), (Usage{40, 2, true}));
        OllamaStream cached(Head, AnswerKind::Chat, 40); // old builds leave out the prompt's count when it was cached
        streamed(cached, {R"({"message":{"content":"x"},"done":true,"eval_count":9})"});
        QCOMPARE(cached.usage(), (Usage{40, 9, true}));
    }

    void failuresEndWithoutAFinish_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("error") << QByteArray(R"({"error":"an error was encountered while running the model"})");
        QTest::newRow("garbage") << QByteArray("<html>");
        QTest::newRow("cut") << ChatLines.first().chopped(5);
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("invalid utf-8") << QByteArray("{\"message\":{\"content\":\"\xFF\"}}");
    }
    void failuresEndWithoutAFinish()
    {
        QFETCH(QByteArray, line);
        OllamaStream stream(Head, AnswerKind::Chat);
        QVERIFY(stream.feedLine(ChatLines.first()));
        const auto failed = stream.feedLine(line);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::BadGateway);
        QVERIFY(!stream.isFinished());
    }

    void embeddings()
    {
        QCOMPARE(
            openAiEmbeddings({"alias", EmbeddingFormat::Float, 9}, Embedded).value().body,
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[-0.47698352,0.45396808,-0.604302,0.44857424]}],)"
            R"("model":"alias","usage":{"prompt_tokens":3,"total_tokens":3}})");
        QCOMPARE(openAiEmbeddings({"alias", EmbeddingFormat::Float, 9}, Embedded).value().usage, (Usage{3, 0, false}));
        QCOMPARE(openAiEmbeddings({"alias", EmbeddingFormat::Float, 9}, Uncounted).value().usage, (Usage{9, 0, true}));
        const QByteArray text = openAiEmbeddings({"alias", EmbeddingFormat::Base64, 9}, Embedded).value().body;
        const qsizetype begin = text.indexOf("\"embedding\":\"") + 13;
        const QByteArray floats = QByteArray::fromBase64(text.sliced(begin, text.indexOf('"', begin) - begin));
        QCOMPARE(floats.size(), 16);
        float first = 0;
        std::memcpy(&first, floats.constData(), sizeof first);
        QCOMPARE(qFromLittleEndian(first), -0.47698352f);
        QCOMPARE(
            openAiEmbeddingsFromOld({"alias", EmbeddingFormat::Float, 9},
                                    {R"({"embedding":[1.5]})", R"({"embedding":[2]})"})
                .value()
                .body,
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.5]},{"object":"embedding","index":1,"embedding":[2]}],)"
            R"("model":"alias","usage":{"prompt_tokens":9,"total_tokens":9}})");
        for (const QByteArrayView body :
             {"{}", "x", R"({"embeddings":[["x"]]})", R"({"embeddings":[1]})", R"({"error":"no"})"})
            QCOMPARE(openAiEmbeddings({}, body).error().code, ErrorCode::BadGateway);
        QCOMPARE(openAiEmbeddings({}, R"({"error":"the input length exceeds the context length"})", 400).error().reason,
                 QStringLiteral("context_length_exceeded"));
    }

    void upstreamErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, int status, const char *body, ErrorCode code, const char *reason) {
            QTest::newRow(name) << status << QByteArray(body) << code << QString::fromLatin1(reason);
        };
        row("tools", 400, R"({"error":"registry.ollama.ai/library/gemma3:270m does not support tools"})",
            ErrorCode::InvalidRequest, "unsupported_parameter");
        row("no vision, said with a 500", 500,
            R"({"error":"failed to process inputs: this model is missing data required for image input"})",
            ErrorCode::InvalidRequest, "unsupported_parameter");
        row("no suffix", 400, R"({"error":"registry.ollama.ai/library/gemma3:270m does not support insert"})",
            ErrorCode::InvalidRequest, "unsupported_parameter");
        row("missing model", 404, R"({"error":"model 'nope' not found"})", ErrorCode::NotFound, "model_not_found");
        row("llama.cpp overflow", 400, R"({"error":{"code":400,"type":"exceed_context_size_error","n_ctx":512}})",
            ErrorCode::InvalidRequest, "context_length_exceeded");
        row("vllm overflow", 400,
            R"({"object":"error","message":"The maximum context length is 512 tokens","code":400})",
            ErrorCode::InvalidRequest, "context_length_exceeded");
        row("openai", 400, R"({"error":{"message":"temperature is wrong","type":"invalid_request_error"}})",
            ErrorCode::InvalidRequest, "");
        row("their key", 401, R"({"error":{"message":"bad key"}})", ErrorCode::BadGateway, "");
        row("busy", 429, "", ErrorCode::RateLimited, "");
        row("down", 503, "{}", ErrorCode::Unavailable, "");
        row("slow", 504, "<html>", ErrorCode::Timeout, "");
        row("broken", 500, R"({"error":"panic"})", ErrorCode::BadGateway, "");
        row("in a stream", 200, R"({"error":"panic"})", ErrorCode::BadGateway, "");
    }
    void upstreamErrors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(ErrorCode, code);
        QFETCH(QString, reason);
        const Error error = upstreamError(status, body);
        QCOMPARE(error.code, code);
        QCOMPARE(error.reason, reason);
        QVERIFY(!error.message.isEmpty());
    }

    void addressesStayPrivate()
    {
        const auto message = [](const char *said) {
            return upstreamError(400, QByteArray("{\"error\":" + json::quoted(said) + '}')).message;
        };
        QCOMPARE(message("temperature 1.5 is wrong"), QStringLiteral("temperature 1.5 is wrong"));
        for (const char *said :
             {"call http://gpu7/x", "dial tcp gpu7:80", "no route to 10.0.0.17", "localhost is down"})
            QCOMPARE(message(said), QStringLiteral("The model's server refused the request."));
        QVERIFY(message(QByteArray(10'000, 'x').constData()).size() <= 500);
    }
};

QTEST_APPLESS_MAIN(TestOllamaAnswer)
#include "tst_ollamaanswer.moc"
