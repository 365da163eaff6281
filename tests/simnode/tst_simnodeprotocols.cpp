// SPDX-License-Identifier: Apache-2.0
// Every endpoint of every profile over a real socket.
#include "tests/simnode/rawclient.h"
#include "tests/simnode/simnode.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::sim;

class SimNodeProtocolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ollamaLists();
    void ollamaChats();
    void ollamaCallsTools();
    void ollamaGeneratesLoadsAndUnloads();
    void ollamaEmbeds();
    void ollamaRefuses_data();
    void ollamaRefuses();
    void ollamaCutsLongPrompts();
    void oldOllamaKnowsLess();
    void openAiUnderOllama();
    void openAiStreams();
    void openAiCallsTools();
    void openAiEmbeds();
    void openAiRefuses_data();
    void openAiRefuses();
    void bodiesComeChunkedAndPipelined();

private:
    void start(const char *json);
    [[nodiscard]] quint16 port() const { return m_node->serverPort(); }

    std::unique_ptr<SimNode> m_node;
};

namespace {

constexpr auto models = R"("models":[
    {"name":"chat:4b","parameter_size":"4.3B","context_length":100,
     "capabilities":["completion","tools","thinking","vision"]},
    {"name":"plain:1b"},{"name":"embed","capabilities":["embedding"],"embedding_length":8}])";

QByteArray config(const char *more) { return QByteArray("{") + models + more + "}"; }

QByteArray contentOf(const RawReply &reply)
{
    QByteArray text;
    for (const QJsonObject &frame : reply.frames()) {
        text += frame["message"_L1]["content"_L1].toString().toUtf8();
        for (const auto &choice : frame["choices"_L1].toArray())
            text += choice["delta"_L1]["content"_L1].toString().toUtf8();
    }
    return text;
}

}

void SimNodeProtocolsTest::start(const char *more)
{
    auto node = SimNode::start(QJsonDocument::fromJson(config(more)).object());
    QVERIFY2(node, node ? "" : qPrintable(node.error().message));
    m_node = std::move(*node);
}

void SimNodeProtocolsTest::ollamaLists()
{
    start("");
    const auto tags = get(port(), "/api/tags");
    QCOMPARE(tags.header("x-simulated"), "true");
    QCOMPARE(tags.header("Content-Type"), "application/json; charset=utf-8");
    QCOMPARE(tags.json()["models"_L1][0]["details"_L1]["parameter_size"_L1].toString(), u"4.3B");
    QCOMPARE(tags.json()["models"_L1][2]["name"_L1].toString(), u"embed:latest");
    QVERIFY(get(port(), "/api/version").json()["version"_L1].toString().contains(u"simulated"));
    QCOMPARE(get(port(), "/api/ps").json()["models"_L1].toArray().size(), 0);
    const auto show = post(port(), "/api/show", R"({"model":"chat:4b"})").json();
    QCOMPARE(show["capabilities"_L1].toArray().size(), 4);
    QCOMPARE(show["model_info"_L1]["simulated.context_length"_L1].toInt(), 100);
    QCOMPARE(show["model_info"_L1]["general.parameter_count"_L1].toInteger(), 4'300'000'000);
    QCOMPARE(get(port(), "/nope").status, 404);
    QCOMPARE(get(port(), "/api/chat").status, 405);
}

void SimNodeProtocolsTest::ollamaChats()
{
    start(
        R"(,"rules":[{"contains":"Paris","chunks":["Oui","",", oui"],"thinking":"hm","usage":{"prompt_tokens":7,
            "completion_tokens":9}}])");
    const QByteArray ask = R"({"model":"chat:4b","messages":[{"role":"user","content":"Paris?"}])";
    const auto streamed = post(port(), "/api/chat", ask + "}");
    QCOMPARE(streamed.header("Content-Type"), "application/x-ndjson");
    QVERIFY(streamed.isWhole);
    const auto frames = streamed.frames();
    QCOMPARE(frames.size(), 5);
    QCOMPARE(frames[0]["message"_L1]["thinking"_L1].toString(), u"hm");
    QCOMPARE(contentOf(streamed), "Oui, oui");
    QCOMPARE(frames[4]["done"_L1].toBool(), true);
    QCOMPARE(frames[4]["done_reason"_L1].toString(), u"stop");
    QCOMPARE(frames[4]["prompt_eval_count"_L1].toInt(), 7);
    const auto whole = post(port(), "/api/chat", ask + R"(,"stream":false,"think":false})").json();
    QCOMPARE(whole["message"_L1]["content"_L1].toString(), u"Oui, oui");
    QVERIFY(whole["message"_L1]["thinking"_L1].isUndefined());
    QCOMPARE(whole["eval_count"_L1].toInt(), 9);
    const auto other
        = post(
              port(), "/api/chat",
              R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],"stream":false,"options":{"num_predict":1}})")
              .json();
    QCOMPARE(other["message"_L1]["content"_L1].toString(), u"[sim");
    QCOMPARE(other["done_reason"_L1].toString(), u"length");
    QCOMPARE(get(port(), "/api/ps").json()["models"_L1][0]["context_length"_L1].toInt(), 100);
}

void SimNodeProtocolsTest::ollamaCallsTools()
{
    start(R"(,"rules":[{"tool_calls":[{"name":"f","arguments":{"a":1}},{"name":"g"}]}])");
    const auto reply = post(port(), "/api/chat", R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]})");
    QCOMPARE(reply.frames().size(), 3);
    const auto second = reply.frames()[1]["message"_L1]["tool_calls"_L1][0]["function"_L1];
    QCOMPARE(second["name"_L1].toString(), u"g");
    QCOMPARE(second["index"_L1].toInt(), 1);
    QVERIFY(second["arguments"_L1].isObject());
    QCOMPARE(reply.frames()[2]["done_reason"_L1].toString(), u"stop");
}

void SimNodeProtocolsTest::ollamaGeneratesLoadsAndUnloads()
{
    start(R"(,"rules":[{"role":"user","contains":"hi","answer":"yes"}])");
    const auto loaded = post(port(), "/api/generate", R"({"model":"plain:1b"})").json();
    QCOMPARE(loaded["done_reason"_L1].toString(), u"load");
    QCOMPARE(get(port(), "/api/ps").json()["models"_L1].toArray().size(), 1);
    const auto answer = post(port(), "/api/generate", R"({"model":"plain:1b","prompt":"hi","stream":false})").json();
    QCOMPARE(answer["response"_L1].toString(), u"yes");
    const auto unloaded = post(port(), "/api/chat", R"({"model":"plain:1b","messages":[],"keep_alive":0})").json();
    QCOMPARE(unloaded["done_reason"_L1].toString(), u"unload");
    QCOMPARE(get(port(), "/api/ps").json()["models"_L1].toArray().size(), 0);
}

void SimNodeProtocolsTest::ollamaEmbeds()
{
    start("");
    const auto embed
        = post(port(), "/api/embed", R"({"model":"embed","input":["a b","a b","c"],"dimensions":16})").json();
    const auto vectors = embed["embeddings"_L1].toArray();
    QCOMPARE(vectors.size(), 3);
    QCOMPARE(vectors[0].toArray().size(), 16);
    QCOMPARE(vectors[0], vectors[1]);
    QVERIFY(vectors[0] != vectors[2]);
    const auto old = post(port(), "/api/embeddings", R"({"model":"embed:latest","prompt":"a b"})").json();
    QCOMPARE(old["embedding"_L1].toArray().size(), 8);
}

void SimNodeProtocolsTest::ollamaRefuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("part");
    const auto row = [](const char *name, const QByteArray &body, int status, const QString &part) {
        QTest::newRow(name) << body << status << part;
    };
    row("empty", "", 400, u"missing request body"_s);
    row("not JSON", "{bad", 400, u"invalid JSON"_s);
    row("no model", "{}", 400, u"model is required"_s);
    row("model type", R"({"model":5})", 400, u"Go struct field ChatRequest.model of type string"_s);
    row("unknown model", R"({"model":"nope"})", 404, u"model 'nope' not found"_s);
    row("messages", R"({"model":"chat:4b","messages":"x"})", 400,
        u"cannot unmarshal string into Go struct field ChatRequest.messages"_s);
    row("content list", R"({"model":"chat:4b","messages":[{"role":"user","content":["x"]}]})", 400,
        u"ChatRequest.messages.content of type string"_s);
    row("no content", R"({"model":"chat:4b","messages":[{"role":"user"}]})", 400,
        u"messages[0].content: is required"_s);
    row("role", R"({"model":"chat:4b","messages":[{"role":"boss","content":"x"}]})", 400, u"messages[0].role"_s);
    row("tools",
        R"({"model":"plain:1b","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function",
            "function":{"name":"f"}}]})",
        400, u"does not support tools"_s);
    row("thinking", R"({"model":"plain:1b","messages":[{"role":"user","content":"x"}],"think":true})", 400,
        u"\"plain:1b\" does not support thinking"_s);
    row("images", R"({"model":"plain:1b","messages":[{"role":"user","content":"x","images":["AAAA"]}]})", 500,
        u"image input"_s);
    row("base64", R"({"model":"chat:4b","messages":[{"role":"user","content":"x","images":["@@"]}]})", 400,
        u"illegal base64"_s);
    row("embedding model", R"({"model":"embed","messages":[{"role":"user","content":"x"}]})", 400,
        u"does not support chat"_s);
    row("format", R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],"format":"xml"})", 400,
        u"invalid format"_s);
    row("option", R"({"model":"chat:4b","messages":[],"options":{"num_predict":"8"}})", 400, u"options.num_predict"_s);
    row("keep_alive", R"({"model":"chat:4b","messages":[],"keep_alive":"soon"})", 400, u"invalid duration"_s);
    row("stream", R"({"model":"chat:4b","messages":[],"stream":"yes"})", 400, u"ChatRequest.stream of type bool"_s);
    row("tool list", R"({"model":"chat:4b","messages":[],"tools":[{"type":"function"}]})", 400, u"tools[0].function"_s);
}

void SimNodeProtocolsTest::ollamaRefuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, part);
    start("");
    const auto reply = post(port(), "/api/chat", body);
    QTEST(reply.status, "status");
    QVERIFY2(reply.json()["error"_L1].toString().contains(part), reply.body.constData());
}

void SimNodeProtocolsTest::ollamaCutsLongPrompts()
{
    start("");
    const QByteArray body = R"({"model":"chat:4b","stream":false,"messages":[{"role":"user","content":")"
        + QByteArray(4000, 'x') + R"("}]})";
    const auto reply = post(port(), "/api/chat", body);
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.json()["prompt_eval_count"_L1].toInt(), 100);
}

void SimNodeProtocolsTest::oldOllamaKnowsLess()
{
    start(R"(,"profile":"ollama-old")");
    QCOMPARE(post(port(), "/api/embed", R"({"model":"embed","input":"a"})").status, 404);
    QCOMPARE(post(port(), "/api/embeddings", R"({"model":"embed","prompt":"a"})").status, 200);
    QVERIFY(!post(port(), "/api/show", R"({"model":"chat:4b"})").json().contains("capabilities"_L1));
    QCOMPARE(get(port(), "/v1/models").status, 404);
    const QByteArray ask = R"({"model":"chat:4b","stream":false,"messages":[{"role":"user","content":"x"}],"format":)";
    QCOMPARE(post(port(), "/api/chat", ask + R"("json"})").status, 200);
    QCOMPARE(post(port(), "/api/chat", ask + R"({"type":"object"}})").status, 400);
}

void SimNodeProtocolsTest::openAiUnderOllama()
{
    start(R"(,"rules":[{"answer":"four"}])");
    QCOMPARE(get(port(), "/v1/models").json()["data"_L1][2]["id"_L1].toString(), u"embed:latest");
    const auto reply = post(port(), "/v1/chat/completions",
                            R"({"model":"chat:4b","stream":true,"messages":[{"role":"user","content":"x"}]})");
    QCOMPARE(reply.header("Content-Type"), "text/event-stream");
    const auto frames = reply.frames();
    QCOMPARE(frames.size(), 2);
    QCOMPARE(frames[0]["choices"_L1][0]["delta"_L1]["role"_L1].toString(), u"assistant");
    QVERIFY(frames[0]["system_fingerprint"_L1].toString().contains(u"simulated"));
    QVERIFY(reply.body.endsWith("data: [DONE]\n\n"));
}

void SimNodeProtocolsTest::openAiStreams()
{
    start(R"(,"profile":"openai","rules":[{"answer":"fourfour","thinking":"hm"}])");
    QCOMPARE(get(port(), "/api/tags").status, 404);
    QCOMPARE(get(port(), "/v1/models/chat:4b").json()["id"_L1].toString(), u"chat:4b");
    const QByteArray ask
        = R"({"model":"chat:4b","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"n":2)";
    const auto streamed
        = post(port(), "/v1/chat/completions", ask + R"(,"stream":true,"stream_options":{"include_usage":true}})");
    QCOMPARE(contentOf(streamed), "fourfourfourfour");
    const auto frames = streamed.frames();
    QCOMPARE(frames.size(), 11);
    QCOMPARE(frames[2]["choices"_L1][0]["delta"_L1]["reasoning_content"_L1].toString(), u"hm");
    QCOMPARE(frames[9]["choices"_L1][0]["finish_reason"_L1].toString(), u"stop");
    QCOMPARE(frames[10]["usage"_L1]["completion_tokens"_L1].toInt(), 6);
    const auto whole = post(port(), "/v1/chat/completions", ask + "}").json();
    QCOMPARE(whole["choices"_L1].toArray().size(), 2);
    QCOMPARE(whole["choices"_L1][1]["message"_L1]["content"_L1].toString(), u"fourfour");
    const auto text = post(port(), "/v1/completions", R"({"model":"plain:1b","prompt":"x","max_tokens":1})").json();
    QCOMPARE(text["choices"_L1][0]["text"_L1].toString(), u"four");
    QCOMPARE(text["choices"_L1][0]["finish_reason"_L1].toString(), u"length");
}

void SimNodeProtocolsTest::openAiCallsTools()
{
    start(
        R"(,"profile":"openai","rules":[{"tool_calls":[{"name":"f",
            "arguments":"{\"z\": \"äöüäöüäöü\", \"a\": 1}"}]}])");
    const QByteArray ask = R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function",
            "function":{"name":"f"}}])";
    const QString arguments = u"{\"z\": \"äöüäöüäöü\", \"a\": 1}"_s;
    const auto whole = post(port(), "/v1/chat/completions", ask + "}").json();
    QVERIFY(whole["choices"_L1][0]["message"_L1]["content"_L1].isNull());
    QCOMPARE(whole["choices"_L1][0]["message"_L1]["tool_calls"_L1][0]["function"_L1]["arguments"_L1].toString(),
             arguments);
    QCOMPARE(whole["choices"_L1][0]["finish_reason"_L1].toString(), u"tool_calls");
    QString joined;
    for (const auto &frame : post(port(), "/v1/chat/completions", ask + R"(,"stream":true})").frames())
        joined += frame["choices"_L1][0]["delta"_L1]["tool_calls"_L1][0]["function"_L1]["arguments"_L1].toString();
    QCOMPARE(joined, arguments);
}

void SimNodeProtocolsTest::openAiEmbeds()
{
    start(R"(,"profile":"openai")");
    const auto floats = post(port(), "/v1/embeddings", R"({"model":"embed","input":"a","dimensions":3})").json();
    const auto packed
        = post(port(), "/v1/embeddings", R"({"model":"embed","input":["a"],"dimensions":3,"encoding_format":"base64"})")
              .json();
    const QByteArray bytes = QByteArray::fromBase64(packed["data"_L1][0]["embedding"_L1].toString().toLatin1());
    QCOMPARE(bytes.size(), 12);
    float first = 0;
    std::memcpy(&first, bytes.constData(), sizeof(first));
    QCOMPARE(first, float(floats["data"_L1][0]["embedding"_L1][0].toDouble()));
    QCOMPARE(post(port(), "/v1/embeddings", R"({"model":"embed","input":[1,2]})").status, 200);
}

void SimNodeProtocolsTest::openAiRefuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("param");
    const auto row = [](const char *name, const QByteArray &body, int status, const char *type, const QString &param) {
        QTest::newRow(name) << body << status << QString::fromLatin1(type) << param;
    };
    const char *invalid = "invalid_request_error";
    row("not JSON", "[", 400, invalid, {});
    row("no model", R"({"messages":[]})", 400, invalid, u"model"_s);
    row("unknown model", R"({"model":"nope","messages":[{"role":"user","content":"x"}]})", 404, invalid, {});
    row("no messages", R"({"model":"chat:4b"})", 400, invalid, u"messages"_s);
    row("string", R"({"model":"chat:4b","messages":"x"})", 400, invalid, u"messages"_s);
    row("role", R"({"model":"chat:4b","messages":[{"role":"boss","content":"x"}]})", 400, invalid,
        u"messages[0].role"_s);
    row("content", R"({"model":"chat:4b","messages":[{"role":"user","content":5}]})", 400, invalid,
        u"messages[0].content"_s);
    row("no content", R"({"model":"chat:4b","messages":[{"role":"user"}]})", 400, invalid, u"messages[0].content"_s);
    row("part", R"({"model":"chat:4b","messages":[{"role":"user","content":[{"type":"video"}]}]})", 400, invalid,
        u"messages[0].content[0].type"_s);
    row("tool answer", R"({"model":"chat:4b","messages":[{"role":"tool","content":"x"}]})", 400, invalid,
        u"messages[0].tool_call_id"_s);
    row("n", R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],"n":0})", 400, invalid, u"n"_s);
    row("format", R"({"model":"chat:4b","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}})",
        400, invalid, u"response_format.type"_s);
    row("tools",
        R"({"model":"plain:1b","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function",
            "function":{"name":"f"}}]})",
        400, "api_error", {});
    row("too long", R"({"model":"chat:4b","messages":[{"role":"user","content":")" + QByteArray(2000, 'x') + R"("}]})",
        400, "exceed_context_size_error", {});
}

void SimNodeProtocolsTest::openAiRefuses()
{
    QFETCH(QByteArray, body);
    start(R"(,"profile":"openai")");
    const auto reply = post(port(), "/v1/chat/completions", body);
    QTEST(reply.status, "status");
    const QJsonObject error = reply.json()["error"_L1].toObject();
    QTEST(error["type"_L1].toString(), "type");
    QTEST(error["param"_L1].toString(), "param");
    QVERIFY(!error["message"_L1].toString().isEmpty());
    if (error["type"_L1] == "exceed_context_size_error"_L1) {
        QCOMPARE(error["n_prompt_tokens"_L1].toInt(), 504);
        QCOMPARE(error["n_ctx"_L1].toInt(), 100);
    }
}

void SimNodeProtocolsTest::bodiesComeChunkedAndPipelined()
{
    start("");
    RawClient client(port());
    client.send("POST /api/show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                "8\r\n{\"model\"\r\nb\r\n:\"plain:1b\"\r\n1\r\n}\r\n0\r\n\r\n"
                "GET /api/version HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    QVERIFY(client.waitForClose());
    QVERIFY(client.received.contains("\"general.architecture\""));
    QVERIFY(client.received.contains("\"version\""));
    RawClient waiting(port());
    waiting.send("POST /api/show HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    QVERIFY(waiting.waitForBytes("HTTP/1.1 100 Continue\r\n\r\n"));
    waiting.send("{}");
    QVERIFY(waiting.waitForBytes("model is required"));
    RawClient bad(port());
    bad.send("BROKEN\r\n\r\n");
    QVERIFY(bad.waitForClose());
    QVERIFY(bad.received.startsWith("HTTP/1.1 400 "));
}

QTEST_GUILESS_MAIN(SimNodeProtocolsTest)
#include "tst_simnodeprotocols.moc"
