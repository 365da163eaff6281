// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaibuilder.h"
#include "daemon/dialect/openaichunk.h"
#include "daemon/dialect/openaierror.h"
#include "daemon/dialect/openaimodels.h"
#include "shared/wire/httpstatus.h"
#include "shared/wire/jsonscan.h"

#include <QTest>

using namespace moe;
using namespace moe::dialect;

namespace {

const QByteArray OllamaChunk
    = R"({"id":"chatcmpl-284","object":"chat.completion.chunk","created":1795233499,"model":"gemma3:270m",)"
      R"("system_fingerprint":"fp_ollama","choices":[{"index":0,"delta":{"role":"assistant","content":" Hi"},)"
      R"("finish_reason":null}]})";

QByteArray contentOf(QByteArrayView text, const ChunkView &view) { return json::unescaped(text, view.content.value()); }

}

class TestOpenAiAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contentChunk()
    {
        const auto view = inspectChunk(OllamaChunk);
        QVERIFY(view);
        QCOMPARE(contentOf(OllamaChunk, *view), QByteArray(" Hi"));
        QVERIFY(view->hasOutput());
        QVERIFY(!view->isError && !view->isFinish() && !view->usage && !view->hasToolCalls && !view->reasoning);
    }

    void finishAndUsage()
    {
        const QByteArray finish = R"({"choices":[{"index":0,"delta":{"content":""},"finish_reason":"length"}]})";
        const auto view = inspectChunk(finish);
        QVERIFY(view && view->isFinish() && !view->hasOutput());
        QCOMPARE(view->finishReason->in(finish), QByteArrayView("\"length\""));
        const auto usage
            = inspectChunk(R"({"choices":null,"usage":{"prompt_tokens":78,"completion_tokens":3,"total_tokens":81}})");
        QVERIFY(usage && !usage->isFinish());
        QCOMPARE(usage->usage, (Usage{78, 3, false}));
        QVERIFY(!inspectChunk(R"({"choices":[],"usage":null})")->usage);
        QCOMPARE(inspectChunk(R"({"usage":{"prompt_tokens":-5,"completion_tokens":"x"}})")->usage,
                 (Usage{0, 0, false}));
        QVERIFY(!inspectChunk(R"({"choices":[{"delta":{},"finish_reason":""}]})")->isFinish());
        QCOMPARE(
            inspectChunk(R"({"choices":[{"finish_reason":"stop"},{"finish_reason":"stop"},{"finish_reason":null}]})")
                ->finishedChoices,
            2);
    }

    void reasoningAndTools()
    {
        for (const QByteArray name : {"reasoning_content", "reasoning"}) {
            const QByteArray text = "{\"choices\":[{\"delta\":{\"content\":null,\"" + name + "\":\"hm\\n\"}}]}";
            const auto view = inspectChunk(text);
            QVERIFY(view && view->hasOutput() && !view->content);
            QCOMPARE(json::unescaped(text, *view->reasoning), QByteArray("hm\n"));
        }
        const QByteArray text = R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"x"}}]}}]})";
        const auto view = inspectChunk(text);
        QVERIFY(view && view->hasToolCalls && view->hasOutput());
        QCOMPARE(view->toolCalls->in(text), QByteArrayView(R"([{"index":0,"function":{"arguments":"x"}}])"));
        QVERIFY(!inspectChunk(R"({"choices":[{"delta":{"tool_calls":[]}}]})")->hasToolCalls);
        QVERIFY(!inspectChunk(R"({"choices":[{"delta":{"tool_calls":null}}]})")->hasToolCalls);
    }

    void wholeAnswersToo()
    {
        const QByteArray chat
            = R"({"choices":[{"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}]})";
        QCOMPARE(contentOf(chat, inspectChunk(chat).value()), QByteArray("yes"));
        const QByteArray text = R"({"choices":[{"text":"yes","finish_reason":"stop"}]})";
        QCOMPARE(contentOf(text, inspectChunk(text).value()), QByteArray("yes"));
    }

    void errors_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isError");
        QTest::newRow("object") << QByteArray(R"({"error":{"message":"no"}})") << true;
        QTest::newRow("text") << QByteArray(R"({"error":"no"})") << true;
        QTest::newRow("marked") << QByteArray(R"({"object":"error","message":"no","code":400})") << true;
        QTest::newRow("null") << QByteArray(R"({"error":null,"choices":[]})") << false;
        QTest::newRow("nested") << QByteArray(R"({"choices":[{"error":{},"delta":{"error":"x"}}]})") << false;
    }
    void errors()
    {
        QFETCH(QByteArray, text);
        QTEST(inspectChunk(text)->isError, "isError");
    }

    void unreadable()
    {
        for (const QByteArrayView text :
             {"", "[]", "null", "{", "{} {}", "data", "{\"choices\":[{\"delta\":{\"content\":\"a}}]}"}) {
            const auto view = inspectChunk(text);
            QVERIFY(!view);
            QCOMPARE(view.error().code, ErrorCode::BadGateway);
        }
        // Odd types are no reason to fail.
        QVERIFY(inspectChunk(R"({"choices":[1,{"delta":"x","finish_reason":7}],"usage":[],"object":3})"));
    }

    void chunksAreBuilt()
    {
        const ChunkBuilder builder({"chatcmpl-1", 17, "m/x"});
        QCOMPARE(
            builder.role(),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":17,"model":"m/x","choices":[{"index":0,)"
            R"("delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]})");
        const QByteArray content = builder.content("a\n", 1);
        QVERIFY(content.contains(R"("choices":[{"index":1,"delta":{"content":"a\n"})"));
        QVERIFY(builder.reasoning("hm").contains(R"("delta":{"reasoning_content":"hm"})"));
        QVERIFY(builder.finish("stop").contains(R"("delta":{},"logprobs":null,"finish_reason":"stop"}]})"));
        QVERIFY(
            builder.toolCall({"call_1", "f", "{}"}, 2)
                .contains(
                    R"({"tool_calls":[{"index":2,"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]})"));
        for (const QByteArray &chunk : {builder.role(), content, builder.finish("stop"), builder.usage({1, 2, false})})
            QVERIFY(inspectChunk(chunk));
    }

    void usageIsShownToThoseWhoAsked()
    {
        const AnswerHead head{"i", 0, "m"};
        QVERIFY(!ChunkBuilder(head).content("x").contains("usage"));
        const ChunkBuilder builder(head, StreamUsage::Shown);
        QVERIFY(builder.content("x").endsWith(R"(}],"usage":null})"));
        const QByteArray last = builder.usage({3, 4, false});
        QVERIFY(last.endsWith(R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})"));
        QCOMPARE(inspectChunk(last)->usage, (Usage{3, 4, false}));
    }

    void wholeAnswersAreBuilt()
    {
        const AnswerHead head{"i", 5, "m"};
        const QByteArray plain = chatCompletion(head, {{"hi", {}, {}, "length"}}, {1, 2, false});
        QCOMPARE(plain,
                 R"({"id":"i","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,)"
                 R"("message":{"role":"assistant","content":"hi"},"logprobs":null,"finish_reason":"length"}],)"
                 R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})");
        const QByteArray tools
            = chatCompletion(head, {{{}, "hm", {{"call_1", "f", "{}"}}, "stop"}, {"b", {}, {}, "stop"}}, {});
        QVERIFY(json::validate(tools));
        QVERIFY(tools.contains(R"("content":null,"reasoning_content":"hm","tool_calls":[{"id":"call_1")"));
        QVERIFY(tools.contains(R"("finish_reason":"tool_calls"},{"index":1,)"));
        QCOMPARE(
            textCompletion(head, {{"hi", "stop"}}, Usage{1, 1, false}),
            R"({"id":"i","object":"text_completion","created":5,"model":"m","choices":[{"index":0,"text":"hi",)"
            R"("logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})");
        QVERIFY(textCompletion(head, {{"hi", {}}}, {}).endsWith(R"("finish_reason":null}]})"));
        QVERIFY(newCompletionId() != newCompletionId());
        QVERIFY(newToolCallId().startsWith("call_"));
    }

    void modelsAreListed()
    {
        const ModelEntry model{"gemma3:4b", "Gemma 3", "ollama", 1'700'000'000};
        QCOMPARE(modelObject(model),
                 R"({"id":"gemma3:4b","object":"model","created":1700000000,"owned_by":"ollama",)"
                 R"("type":"model","display_name":"Gemma 3","created_at":"2023-11-14T22:13:20Z"})");
        const QByteArray list = modelList({model, {"b", {}, "x", 0}});
        QVERIFY(json::validate(list));
        QVERIFY(list.startsWith(R"({"object":"list","data":[{"id":"gemma3:4b")"));
        QVERIFY(list.endsWith(R"(],"has_more":false,"first_id":"gemma3:4b","last_id":"b"})"));
        QCOMPARE(modelList({}), R"({"object":"list","data":[],"has_more":false,"first_id":null,"last_id":null})");
    }

    void errorBodies()
    {
        Error error = Error::invalid(QStringLiteral("Say please."), QStringLiteral("messages[0]"));
        QCOMPARE(
            openAiErrorBody(error),
            R"({"error":{"message":"Say please.","type":"invalid_request_error","param":"messages[0]","code":null}})");
        error.reason = QStringLiteral("context_length_exceeded");
        QVERIFY(openAiErrorBody(error).endsWith(R"("code":"context_length_exceeded"}})"));
        const ErrorReply unknown = openAiErrorReply(modelNotFound(QStringLiteral("x")));
        QCOMPARE(unknown.status, 404);
        QVERIFY(unknown.body.contains(R"("type":"not_found_error","param":"model","code":"model_not_found")"));
        QVERIFY(unknown.headers.isEmpty());
    }

    void everyErrorHasAllFourKeys()
    {
        for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
            const ErrorReply reply = openAiErrorReply(Error::of(ErrorCode(code), QStringLiteral("m")));
            QCOMPARE(reply.status, httpStatus(ErrorCode(code)));
            const auto root = json::validate(reply.body);
            QVERIFY(root);
            const auto error = json::member(reply.body, *root, "error");
            QVERIFY(error);
            for (const QByteArrayView key : {"message", "type", "param", "code"})
                QVERIFY(json::member(reply.body, *error, key));
            QVERIFY(json::member(reply.body, *error, "type")->kind == json::Kind::String);
        }
    }

    void headersSteerRetries()
    {
        using Headers = QList<std::pair<QByteArray, QByteArray>>;
        Error busy = Error::of(ErrorCode::RateLimited, QStringLiteral("m"));
        QCOMPARE(openAiErrorReply(busy).headers, (Headers{{"retry-after", "2"}}));
        busy.retryAfter = std::chrono::seconds(30);
        QCOMPARE(openAiErrorReply(busy).headers, (Headers{{"retry-after", "30"}}));
        Error budget = Error::of(ErrorCode::BudgetExceeded, QStringLiteral("m"));
        budget.retryAfter = std::chrono::seconds(30);
        const ErrorReply reply = openAiErrorReply(budget);
        QCOMPARE(reply.headers, (Headers{{"x-should-retry", "false"}}));
        QVERIFY(reply.body.contains(R"("type":"insufficient_quota","param":null,"code":"budget_exceeded")"));
        QCOMPARE(openAiErrorReply(Error::internal(QStringLiteral("m"))).headers, Headers{});
    }

    void inspectionSpeed()
    {
        QBENCHMARK { QVERIFY(inspectChunk(OllamaChunk)); }
    }
};

QTEST_APPLESS_MAIN(TestOpenAiAnswer)
#include "tst_openaianswer.moc"
