// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaipatch.h"
#include "daemon/dialect/openairequest.h"
#include "shared/wire/jsonscan.h"

#include <QTest>

using namespace moe;
using namespace moe::dialect;

namespace {

QByteArray withField(QByteArrayView field)
{
    return R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + field.toByteArray() + '}';
}

QByteArray withMessage(QByteArrayView message)
{
    return R"({"model":"m","messages":[{"role":"user","content":"x"},)" + message.toByteArray() + "]}";
}

void addRow(const char *text, const char *param, const char *reason)
{
    QTest::addRow("%s", text) << QByteArray(text) << QString::fromLatin1(param) << QString::fromLatin1(reason);
}

void addColumns()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("reason");
}

constexpr const char *Missing = "missing_required_parameter";
constexpr const char *Type = "invalid_type";
constexpr const char *Value = "invalid_value";

}

class TestOpenAiRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingOfInterestIsRead()
    {
        const QByteArray body = R"({
            "model": "gemma3:270m", "stream": true, "stream_options": {"include_usage": true, "x": 1},
            "max_tokens": 5, "max_completion_tokens": 7, "n": 2, "temperature": 0.5, "stop": ["a", "b"],
            "messages": [
                {"role": "system", "content": "1234567"},
                {"role": "user", "content": [{"type": "text", "text": "123\u00e4567"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "ok"}],
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            "something_new": {"a": [1]}})";
        const auto view = parseChatRequest(body);
        QVERIFY2(view, qPrintable(view ? QString() : view.error().message));
        QCOMPARE(view->model, "gemma3:270m");
        QVERIFY(view->isStream);
        QVERIFY(view->wantsUsage);
        QCOMPARE(view->maxTokens, 7);
        QCOMPARE(view->choiceCount, 2);
        QCOMPARE(view->messageCount, 4);
        QVERIFY(view->hasImages);
        QVERIFY(view->hasTools);
        QVERIFY(view->messages.in(body).startsWith("[\n"));
        QVERIFY(view->tools->in(body).endsWith("}}}]"));
        // 7 + 7 + 2 characters of text, 31 of the call and 46 of the tool; four messages, one image.
        const qint64 calls = QByteArray(R"({"name": "f", "arguments": "{}"})").size();
        const qint64 tools = QByteArray(R"({"name": "f", "parameters": {"type": "object"}})").size();
        QCOMPARE(view->promptTokensEstimate, qint64(std::ceil(double(16 + calls + tools) / 3.5)) + 4 * 4 + 576);
    }

    void defaults()
    {
        const auto view = parseChatRequest(R"({"model":"m","messages":[{"role":"user","content":"1234567"}]})");
        QVERIFY(view);
        QVERIFY(!view->isStream && !view->wantsUsage && !view->hasImages && !view->hasTools && !view->tools);
        QVERIFY(!view->maxTokens);
        QCOMPARE(view->choiceCount, 1);
        QCOMPARE(view->promptTokensEstimate, 2 + 4);
        const auto nulls
            = parseChatRequest(withField(R"("stream":null,"n":null,"tools":null,"stop":null,"max_tokens":null,
            "temperature":null,"response_format":null,"stream_options":null,"seed":null,"user":null)"));
        QVERIFY2(nulls, qPrintable(nulls ? QString() : nulls.error().message));
    }

    void badBodies_data()
    {
        addColumns();
        addRow("", "", "invalid_json");
        addRow("{", "", "invalid_json");
        addRow("nonsense", "", "invalid_json");
        addRow("[]", "body", Type);
        addRow("\"x\"", "body", Type);
        addRow("{}", "model", Missing);
        addRow(R"({"model":"m"})", "messages", Missing);
        addRow(R"({"messages":[{"role":"user","content":"x"}]})", "model", Missing);
        addRow(R"({"model":"","messages":[{"role":"user","content":"x"}]})", "model", Missing);
        addRow(R"({"model":7,"messages":[]})", "model", Type);
        addRow(R"({"model":"m","messages":null})", "messages", Type);
        addRow(R"({"model":"m","messages":"hi"})", "messages", Type);
        addRow(R"({"model":"m","messages":{}})", "messages", Type);
        addRow(R"({"model":"m","messages":[]})", "messages", "empty_array");
        addRow(R"({"model":"m","messages":["hi"]})", "messages[0]", Type);
        addRow("{\"model\":\"m\xFF\"}", "", "invalid_json");
        addRow(R"({"model":"m","messages":[{"role":"user","content":"x"}]} x)", "", "invalid_json");
    }
    void badBodies()
    {
        QFETCH(QByteArray, text);
        const auto view = parseChatRequest(text);
        QVERIFY(!view);
        QCOMPARE(view.error().code, ErrorCode::InvalidRequest);
        QTEST(view.error().param, "param");
        QTEST(view.error().reason, "reason");
    }

    void badMessages_data()
    {
        addColumns();
        addRow("null", "messages[1]", Type);
        addRow("{}", "messages[1].role", Missing);
        addRow(R"({"content":"x"})", "messages[1].role", Missing);
        addRow(R"({"role":"owner","content":"x"})", "messages[1].role", Value);
        addRow(R"({"role":1,"content":"x"})", "messages[1].role", Type);
        addRow(R"({"role":"user"})", "messages[1].content", Missing);
        addRow(R"({"role":"user","content":null})", "messages[1].content", Missing);
        addRow(R"({"role":"user","content":1})", "messages[1].content", Type);
        addRow(R"({"role":"user","content":{}})", "messages[1].content", Type);
        addRow(R"({"role":"user","content":["x"]})", "messages[1].content[0]", Type);
        addRow(R"({"role":"user","content":[{"text":"x"}]})", "messages[1].content[0].type", Missing);
        addRow(R"({"role":"user","content":[{"type":"text"}]})", "messages[1].content[0].text", Missing);
        addRow(R"({"role":"user","content":[{"type":"text","text":1}]})", "messages[1].content[0].text", Type);
        addRow(R"({"role":"user","content":[{"type":"image_url"}]})", "messages[1].content[0].image_url", Missing);
        addRow(R"({"role":"user","content":[{"type":"image_url","image_url":"x"}]})",
            "messages[1].content[0].image_url", Type);
        addRow(R"({"role":"user","content":[{"type":"image_url","image_url":{}}]})",
            "messages[1].content[0].image_url.url", Missing);
        addRow(R"({"role":"tool","content":"x"})", "messages[1].tool_call_id", Missing);
        addRow(R"({"role":"assistant","tool_calls":{}})", "messages[1].tool_calls", Type);
        addRow(R"({"role":"assistant","tool_calls":[{}]})", "messages[1].tool_calls[0].function", Missing);
        addRow(R"({"role":"assistant","tool_calls":[{"function":{}}]})", "messages[1].tool_calls[0].function.name",
            Missing);
        addRow(R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{}}}]})",
            "messages[1].tool_calls[0].function.arguments", Type);
    }
    void badMessages()
    {
        QFETCH(QByteArray, text);
        const auto view = parseChatRequest(withMessage(text));
        QVERIFY(!view);
        QTEST(view.error().param, "param");
        QTEST(view.error().reason, "reason");
    }

    void badFields_data()
    {
        addColumns();
        addRow(R"("stream":"yes")", "stream", Type);
        addRow(R"("stream":1)", "stream", Type);
        addRow(R"("stream_options":true)", "stream_options", Type);
        addRow(R"("stream_options":{"include_usage":1})", "stream_options.include_usage", Type);
        addRow(R"("temperature":"1")", "temperature", Type);
        addRow(R"("temperature":2.1)", "temperature", Value);
        addRow(R"("temperature":-1)", "temperature", Value);
        addRow(R"("top_p":1.5)", "top_p", Value);
        addRow(R"("frequency_penalty":3)", "frequency_penalty", Value);
        addRow(R"("presence_penalty":[])", "presence_penalty", Type);
        addRow(R"("max_tokens":0)", "max_tokens", Value);
        addRow(R"("max_tokens":-1)", "max_tokens", Value);
        addRow(R"("max_tokens":1.5)", "max_tokens", Type);
        addRow(R"("max_tokens":"5")", "max_tokens", Type);
        addRow(R"("max_completion_tokens":0)", "max_completion_tokens", Value);
        addRow(R"("n":0)", "n", Value);
        addRow(R"("n":129)", "n", Value);
        addRow(R"("n":"2")", "n", Type);
        addRow(R"("seed":1.5)", "seed", Type);
        addRow(R"("stop":7)", "stop", Type);
        addRow(R"("stop":["a",7])", "stop[1]", Type);
        addRow(R"("tools":{})", "tools", Type);
        addRow(R"("tools":[1])", "tools[0]", Type);
        addRow(R"("tools":[{}])", "tools[0].type", Missing);
        addRow(R"("tools":[{"type":"function"}])", "tools[0].function", Missing);
        addRow(R"("tools":[{"type":"function","function":{}}])", "tools[0].function.name", Missing);
        addRow(R"("tool_choice":1)", "tool_choice", Type);
        addRow(R"("response_format":"json")", "response_format", Type);
        addRow(R"("response_format":{})", "response_format.type", Missing);
        addRow(R"("response_format":{"type":"yaml"})", "response_format.type", Value);
        addRow(R"("response_format":{"type":"json_schema"})", "response_format.json_schema", Missing);
        addRow(R"("response_format":{"type":"json_schema","json_schema":1})", "response_format.json_schema", Type);
        addRow(R"("logit_bias":[])", "logit_bias", Type);
        addRow(R"("top_logprobs":21)", "top_logprobs", Value);
        addRow(R"("parallel_tool_calls":"no")", "parallel_tool_calls", Type);
        addRow(R"("user":1)", "user", Type);
    }
    void badFields()
    {
        QFETCH(QByteArray, text);
        const auto view = parseChatRequest(withField(text));
        QVERIFY(!view);
        QTEST(view.error().param, "param");
        QTEST(view.error().reason, "reason");
        // The message names the field as well, and does not repeat what was sent.
        QVERIFY(view.error().message.contains(view.error().param));
    }

    void toleratedFields_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {R"("tools":[{"type":"web_search"}])", R"("tools":[])", R"("x":[{"y":null}])",
                 R"("stop":"x")", R"("stop":[])", R"("tool_choice":"auto")", R"("response_format":{"type":"text"})",
                 R"("tool_choice":{"type":"function","function":{"name":"f"}})", R"("seed":-5)", R"("temperature":2)"})
            QTest::addRow("%s", text) << QByteArray(text);
    }
    void toleratedFields()
    {
        QFETCH(QByteArray, text);
        const auto view = parseChatRequest(withField(text));
        QVERIFY2(view, qPrintable(view ? QString() : view.error().message));
    }

    void completions()
    {
        const auto one = parseCompletionRequest(R"({"model":"m","prompt":"1234567","stream":true,"max_tokens":3})");
        QVERIFY(one);
        QCOMPARE(one->promptCount, 1);
        QCOMPARE(one->promptTokensEstimate, 2);
        QCOMPARE(one->maxTokens, 3);
        QVERIFY(one->isStream);
        QCOMPARE(parseCompletionRequest(R"({"model":"m","prompt":["a","b"]})")->promptCount, 2);
        QCOMPARE(parseCompletionRequest(R"({"model":"m","prompt":[1,2,3]})")->promptTokensEstimate, 3);
        QCOMPARE(parseCompletionRequest(R"({"model":"m"})").error().param, QStringLiteral("prompt"));
        QCOMPARE(parseCompletionRequest(R"({"prompt":"x"})").error().param, QStringLiteral("model"));
        QCOMPARE(parseCompletionRequest(R"({"model":"m","prompt":7})").error().param, QStringLiteral("prompt"));
        QCOMPARE(parseCompletionRequest(R"({"model":"m","prompt":["a",7]})").error().param, QStringLiteral("prompt"));
        QCOMPARE(
            parseCompletionRequest(R"({"model":"m","prompt":"x","echo":1})").error().param, QStringLiteral("echo"));
    }

    void embeddings()
    {
        const auto view
            = parseEmbeddingsRequest(R"({"model":"m","input":["a","b"],"encoding_format":"base64","dimensions":64})");
        QVERIFY(view);
        QCOMPARE(view->inputCount, 2);
        QVERIFY(view->wantsBase64);
        QCOMPARE(view->dimensions, 64);
        QCOMPARE(parseEmbeddingsRequest(R"({"model":"m","input":[[1,2],[3]]})")->inputCount, 2);
        QCOMPARE(parseEmbeddingsRequest(R"({"model":"m","input":[[1,2],[3]]})")->promptTokensEstimate, 3);
        const auto paramOf = [](QByteArrayView body) { return parseEmbeddingsRequest(body).error().param; };
        QCOMPARE(paramOf(R"({"model":"m"})"), QStringLiteral("input"));
        QCOMPARE(paramOf(R"({"model":"m","input":[]})"), QStringLiteral("input"));
        QCOMPARE(paramOf(R"({"model":"m","input":{}})"), QStringLiteral("input"));
        QCOMPARE(paramOf(R"({"model":"m","input":[1.5]})"), QStringLiteral("input"));
        QCOMPARE(paramOf(R"({"model":"m","input":"x","encoding_format":"hex"})"), QStringLiteral("encoding_format"));
        QCOMPARE(paramOf(R"({"model":"m","input":"x","dimensions":0})"), QStringLiteral("dimensions"));
    }

    void nothingToChangeKeepsTheBytes()
    {
        const QByteArray body
            = R"( {"stream" : true , "model":"a\u0062", "x":1e2, "stream_options":{"include_usage":true}} )";
        QCOMPARE(patchedRequest(body, {}), body);
        QCOMPARE(patchedRequest(body, {"ab", true, true}), body);
        const QByteArray plain = R"({"model":"m"})";
        QCOMPARE(patchedRequest(plain, {"m", false, false}), plain);
    }

    void onlyThePatchedMembersChange()
    {
        QCOMPARE(patchedRequest(R"( { "model" : "a" , "x" : 1.50 } )", {"b", std::nullopt, false}),
            R"( { "model" : "b" , "x" : 1.50 } )");
        QCOMPARE(
            patchedRequest(R"({"stream":false,"model":"a"})", {"b", true, false}), R"({"stream":true,"model":"b"})");
        QCOMPARE(patchedRequest(R"({"model":"a"})", {"b", true, true}),
            R"({"stream":true,"stream_options":{"include_usage":true},"model":"b"})");
        QCOMPARE(patchedRequest("{}", {"b", true, false}), R"({"model":"b","stream":true})");
        QCOMPARE(patchedRequest(R"({"stream_options":null})", {{}, {}, true}),
            R"({"stream_options":{"include_usage":true}})");
        QCOMPARE(patchedRequest(R"({"stream_options":{"a":1}})", {{}, {}, true}),
            R"({"stream_options":{"include_usage":true,"a":1}})");
        QCOMPARE(patchedRequest(R"({"stream_options":{"include_usage":false}})", {{}, {}, true}),
            R"({"stream_options":{"include_usage":true}})");
        // Whichever of repeated members an upstream takes, it is ours.
        QCOMPARE(
            patchedRequest(R"({"model":"a","mod\u0065l":"c"})", {"b", {}, false}), R"({"model":"b","mod\u0065l":"b"})");
        QCOMPARE(patchedRequest(R"({"model":null})", {"", {}, false}), R"({"model":""})");
    }

    void speed()
    {
        const QByteArray body = "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
            + QByteArray("The quick brown fox jumps over the lazy dog.\\n").repeated(8500) + "\"}]}";
        QBENCHMARK
        {
            QVERIFY(parseChatRequest(body));
        }
    }
};

QTEST_APPLESS_MAIN(TestOpenAiRequest)
#include "tst_openairequest.moc"
