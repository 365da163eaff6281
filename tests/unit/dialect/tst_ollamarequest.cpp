// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamacapabilities.h"
#include "daemon/dialect/ollamarequest.h"
#include "shared/wire/jsonscan.h"

#include <QTest>

#include <algorithm>

using namespace moe;
using namespace moe::dialect;

namespace {

const OllamaTarget Plain{.model = "m:latest"};

QByteArray withField(QByteArrayView name, QByteArrayView value)
{
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"" + name.toByteArray()
        + "\":" + value.toByteArray() + '}';
}

// Any value that asks for something.
QByteArray sampleOf(QByteArrayView field)
{
    for (const QByteArrayView name : {"tools", "functions", "modalities"}) {
        if (field == name)
            return R"([{"type":"function","function":{"name":"f"}}])";
    }
    if (field == "messages")
        return R"([{"role":"user","content":"y"}])";
    if (field == "tool_choice")
        return "\"none\"";
    if (field == "response_format")
        return R"({"type":"json_object"})";
    if (field == "model" || field == "stop" || field == "reasoning_effort" || field == "prompt" || field == "suffix"
        || field == "input" || field == "encoding_format")
        return "\"high\"";
    if (field == "stream" || field == "logprobs" || field == "echo" || field == "store")
        return "true";
    return field == "parallel_tool_calls" ? "false" : "3";
}

// The only message of a request, translated.
QByteArray translatedMessages(QByteArrayView messages)
{
    const QByteArray body = "{\"model\":\"m\",\"messages\":" + messages.toByteArray() + '}';
    const auto request = ollamaChatRequest(body, Plain);
    if (!request)
        return request.error().param.toUtf8();
    const auto root = json::validate(request->body);
    return json::member(request->body, root.value(), "messages")->in(request->body).toByteArray();
}

}

class TestOllamaRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chatIsTranslated()
    {
        const QByteArray body
            = R"({"model":"alias","stream":false,"temperature":0.70,"seed":7,"stop":"END","max_tokens":9,
            "max_completion_tokens":12,"top_k":40,"min_p":0.05,"frequency_penalty":0.1,"presence_penalty":0.2,
            "top_p":0.9,
            "messages":[{"role":"user","content":"hi"}]})";
        OllamaTarget target{.model = "gemma3:270m", .contextLength = 4096, .keepAlive = std::chrono::minutes(5)};
        target.isStream = true;
        const auto request = ollamaChatRequest(body, target);
        QVERIFY(request);
        QCOMPARE(request->body,
                 R"({"model":"gemma3:270m","messages":[{"role":"user","content":"hi"}],"stream":true,"options":{)"
                 R"("temperature":0.70,"seed":7,"stop":["END"],"top_k":40,"min_p":0.05,"frequency_penalty":0.1,)"
                 R"("presence_penalty":0.2,"top_p":0.9,"num_predict":12,"num_ctx":4096},"keep_alive":300})");
        QCOMPARE(request->dropped, QStringList());
        QCOMPARE(request->choiceCount, 1);
    }

    void newerLimitWinsInEitherOrder()
    {
        for (const QByteArrayView limits : {R"(5,"max_completion_tokens":6)", R"(null,"max_completion_tokens":6)"})
            QVERIFY(ollamaChatRequest(withField("max_tokens", limits), Plain)->body.contains("\"num_predict\":6}"));
        QVERIFY(ollamaChatRequest(withField("max_completion_tokens", R"(6,"max_tokens":5)"), Plain)
                    ->body.contains("\"num_predict\":6}"));
    }

    void messages_data()
    {
        QTest::addColumn<QByteArray>("openAi");
        QTest::addColumn<QByteArray>("ollama");
        const auto row = [](const char *name, const char *openAi, const char *ollama) {
            QTest::newRow(name) << QByteArray(openAi) << QByteArray(ollama);
        };
        row("roles", R"([{"role":"developer","content":"a"},{"role":"system","content":"b"}])",
            R"([{"role":"system","content":"a"},{"role":"system","content":"b"}])");
        row("escapes", R"([{"role":"user","content":"\u00e4\n"}])",
            "[{\"role\":\"user\",\"content\":\"\xC3\xA4\\n\"}]");
        row("parts", R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])",
            R"([{"role":"user","content":"a\nb"}])");
        row("images",
            R"([{"role":"user","content":[{"type":"text","text":"a"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                {"type":"image_url","image_url":{"url":"data:image\/jpeg;base64,BB\/B"}}]}])",
            R"([{"role":"user","content":"a","images":["AAAA","BB/B"]}])");
        row("tools",
            R"([{"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"f","arguments":"{ }"}},
                {"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},
                {"role":"tool","tool_call_id":"call_2","content":"ok"},
                {"role":"tool","tool_call_id":"x","content":"?"}])",
            R"([{"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"name":"f","arguments":{ }}},)"
            R"({"id":"call_2","function":{"name":"g","arguments":{}}}]},)"
            R"({"role":"tool","content":"ok","tool_name":"g","tool_call_id":"call_2"},)"
            R"({"role":"tool","content":"?","tool_call_id":"x"}])");
        row("reasoning", R"([{"role":"assistant","content":"a","reasoning_content":"hm"}])",
            R"([{"role":"assistant","content":"a","thinking":"hm"}])");
        row("function", R"([{"role":"function","name":"f","content":"a"}])",
            R"([{"role":"tool","content":"a","tool_name":"f"}])");
        row("image to fetch",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}])",
            "messages[0].content[0].image_url.url");
        row("image without base64",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}])",
            "messages[0].content[0].image_url.url");
        row("sound", R"([{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}])",
            "messages[0].content[0]");
        row("arguments that are none",
            R"([{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"[1]"}}]}])",
            "messages[0].tool_calls[0].function.arguments");
    }
    void messages()
    {
        QFETCH(QByteArray, openAi);
        QFETCH(QByteArray, ollama);
        QCOMPARE(translatedMessages(openAi), ollama);
    }

    void schemasKeepTheirBytes()
    {
        const QByteArray format = R"({"type":"json_schema","json_schema":{"name":"n","schema":{"b": 1.0, "a": {}}}})";
        const auto request = ollamaChatRequest(withField("response_format", format), Plain);
        QVERIFY(request && request->body.contains(R"("format":{"b": 1.0, "a": {}})"));
        const QByteArray tools = R"([{"type":"function","function":{"name":"f","parameters":{"z": 1, "a": 2.50}}}])";
        QVERIFY(ollamaChatRequest(withField("tools", tools), Plain)->body.contains(tools));
    }

    void oldBuildsDegrade()
    {
        OllamaTarget old = Plain;
        old.hasStructuredOutput = false;
        const QByteArray format = R"({"type":"json_schema","json_schema":{"name":"n","schema":{"a":1}}})";
        const auto request = ollamaChatRequest(withField("response_format", format), old);
        QVERIFY(request && request->body.contains(R"("format":"json")"));
        QCOMPARE(request->dropped, QStringList{QStringLiteral("response_format.json_schema")});
        QVERIFY(ollamaChatRequest(withField("response_format", R"({"type":"json_object"})"), old)->dropped.isEmpty());
        QVERIFY(!ollamaChatRequest(withField("response_format", R"({"type":"text"})"), old)->body.contains("format"));
    }

    void thinkingOnlyWhereItIsUnderstood()
    {
        OllamaTarget thinking = Plain;
        thinking.canThink = true;
        const auto body = [&](QByteArrayView effort) {
            return ollamaChatRequest(withField("reasoning_effort", effort), thinking)->body;
        };
        QVERIFY(body("\"high\"").contains(R"("think":"high")"));
        QVERIFY(body("\"minimal\"").contains(R"("think":"low")"));
        QVERIFY(body("\"none\"").contains(R"("think":false)"));
        const auto plain = ollamaChatRequest(withField("reasoning_effort", "\"high\""), Plain);
        QVERIFY(!plain->body.contains("think"));
        QCOMPARE(plain->dropped, QStringList{QStringLiteral("reasoning_effort")});
    }

    void toolChoice()
    {
        const QByteArray tools = R"([{"type":"function","function":{"name":"f"}}],"tool_choice":)";
        const auto request = [&](QByteArrayView choice) {
            return ollamaChatRequest(withField("tools", QByteArray(tools + choice.toByteArray())), Plain);
        };
        QVERIFY(request("\"auto\"")->body.contains("\"tools\""));
        QVERIFY(!request("\"none\"")->body.contains("\"tools\""));
        QCOMPARE(request("\"required\"").error().param, QStringLiteral("tool_choice"));
        QCOMPARE(request(R"({"type":"function","function":{"name":"f"}})").error().param,
                 QStringLiteral("tool_choice"));
        const auto search = ollamaChatRequest(withField("tools", R"([{"type":"web_search"}])"), Plain);
        QCOMPARE(search->dropped, QStringList{QStringLiteral("tools[0]")});
    }

    // Every row of every table does what it says, and says nothing when the value asks for nothing.
    void tables_data()
    {
        QTest::addColumn<int>("table");
        QTest::addColumn<int>("row");
        const std::span<const FieldCapability> tables[]
            = {ollamaChatCapabilities(), ollamaCompletionCapabilities(), ollamaEmbeddingsCapabilities()};
        for (int table = 0; table < 3; ++table) {
            for (int row = 0; row < int(tables[table].size()); ++row)
                QTest::addRow("%d %s", table, tables[table][size_t(row)].field.toByteArray().constData())
                    << table << row;
        }
    }
    void tables()
    {
        QFETCH(int, table);
        QFETCH(int, row);
        const auto capabilities = table == 0 ? ollamaChatCapabilities()
            : table == 1                     ? ollamaCompletionCapabilities()
                                             : ollamaEmbeddingsCapabilities();
        const FieldCapability &capability = capabilities[size_t(row)];
        const auto translate = [table](QByteArrayView field, QByteArrayView value) {
            const QByteArray member = "\"" + field.toByteArray() + "\":" + value.toByteArray();
            const QByteArray body
                = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"prompt\":\"p\",\"input\":\"i\"," + member
                + '}';
            return table == 0 ? ollamaChatRequest(body, Plain)
                : table == 1  ? ollamaGenerateRequest(body, Plain)
                              : ollamaEmbedRequest(body, Plain);
        };
        const auto without = translate("messages", table == 0 ? R"([{"role":"user","content":"x"}])" : "null");
        const auto with = translate(capability.field, sampleOf(capability.field));
        const auto neutral = translate(capability.field, capability.neutral.isEmpty() ? "null" : capability.neutral);
        const QString name = QString::fromUtf8(capability.field);
        QVERIFY2(neutral || name == QStringLiteral("tool_choice"),
                 qPrintable(neutral ? QString() : neutral.error().message));
        QVERIFY(!neutral->dropped.contains(name));
        switch (capability.treatment) {
        case Treatment::Mapped:
            QVERIFY2(with, qPrintable(with ? QString() : with.error().message));
            if (capability.target.startsWith("options."))
                QVERIFY(with->body.contains(QByteArray("\"" + capability.target.sliced(8).toByteArray() + "\":")));
            break;
        case Treatment::Emulated:
            QVERIFY(with);
            QCOMPARE(with->body, without->body);
            QVERIFY(!with->dropped.contains(name));
            break;
        case Treatment::Dropped:
            QVERIFY(with);
            QCOMPARE(with->body, without->body);
            QVERIFY(with->dropped.contains(name));
            break;
        case Treatment::Refused:
            QVERIFY(!with);
            QCOMPARE(with.error().code, ErrorCode::InvalidRequest);
            QCOMPARE(with.error().param, name);
            QCOMPARE(with.error().reason, QStringLiteral("unsupported_parameter"));
            break;
        }
        const QByteArray line
            = "| `" + capability.field.toByteArray() + "` | " + treatmentName(capability.treatment).toByteArray();
        QVERIFY(capabilityTable(capabilities).contains(line));
    }

    void unknownFieldsAreReportedSafely()
    {
        const QByteArray body
            = R"({"messages":[{"role":"user","content":"x"}],"chat_template_kwargs":{},"a\r\nb: c":1,"n":3})";
        const auto request = ollamaChatRequest(body, Plain);
        QCOMPARE(request->dropped, (QStringList{QStringLiteral("chat_template_kwargs"), QStringLiteral("unnamed")}));
        QCOMPARE(request->choiceCount, 3);
        QByteArray many = R"({"messages":[])";
        for (int i = 0; i < 100; ++i)
            many += ",\"x" + QByteArray::number(i) + "\":1";
        QCOMPARE(ollamaChatRequest(QByteArray(many + '}'), Plain)->dropped.size(), 32);
    }

    void completions()
    {
        const auto request = ollamaGenerateRequest(
            R"({"model":"a","prompt":["Once"],"suffix":"end","max_tokens":5,"stop":["a","b"],"n":2})", Plain);
        QCOMPARE(request->body,
                 R"({"model":"m:latest","prompt":"Once","suffix":"end","stream":false,)"
                 R"("options":{"stop":["a","b"],"num_predict":5}})");
        QCOMPARE(request->choiceCount, 2);
        for (const QByteArrayView prompt : {"[1,2]", R"(["a","b"])", "[]", "[[1]]"}) {
            const QByteArray body = "{\"prompt\":" + prompt.toByteArray() + '}';
            QCOMPARE(ollamaGenerateRequest(body, Plain).error().param, QStringLiteral("prompt"));
        }
        QCOMPARE(ollamaGenerateRequest(R"({"model":"m"})", Plain).error().param, QStringLiteral("prompt"));
    }

    void embeddings()
    {
        OllamaTarget target = Plain;
        target.contextLength = 256;
        QCOMPARE(
            ollamaEmbedRequest(R"({"model":"a","input":["x","y"],"dimensions":4,"encoding_format":"base64"})", target)
                ->body,
            R"({"model":"m:latest","input":["x","y"],"truncate":false,"dimensions":4,"options":{"num_ctx":256}})");
        QVERIFY(ollamaEmbedRequest(R"({"input":"x"})", Plain)->body.contains(R"("input":["x"])"));
        for (const QByteArrayView input : {"[1,2]", "[[1],[2]]", "[]", "7", "[\"a\",1]"}) {
            const QByteArray body = "{\"input\":" + input.toByteArray() + '}';
            QCOMPARE(ollamaEmbedRequest(body, Plain).error().param, QStringLiteral("input"));
            QCOMPARE(ollamaOldEmbedRequests(body, Plain).error().param, QStringLiteral("input"));
        }
        QCOMPARE(ollamaOldEmbedRequests(R"({"input":["x","y"]})", target).value(),
                 (QByteArrayList{R"({"model":"m:latest","prompt":"x","options":{"num_ctx":256}})",
                                 R"({"model":"m:latest","prompt":"y","options":{"num_ctx":256}})"}));
        QCOMPARE(ollamaOldEmbedRequests(R"({"input":"x","dimensions":4})", Plain).error().param,
                 QStringLiteral("dimensions"));
    }

    void badBodies()
    {
        for (const QByteArrayView body : {"", "[]", "{", "{}", R"({"messages":"x"})", R"({"messages":["x"]})"}) {
            QVERIFY(!ollamaChatRequest(body, Plain));
            QVERIFY(!ollamaGenerateRequest(body, Plain));
            QVERIFY(!ollamaEmbedRequest(body, Plain));
        }
    }
};

QTEST_APPLESS_MAIN(TestOllamaRequest)
#include "tst_ollamarequest.moc"
