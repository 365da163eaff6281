// SPDX-License-Identifier: Apache-2.0
// Native models: what reaches the node, and what comes back.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray models = R"("models":[
    {"name":"chat:8b","capabilities":["completion","tools","vision"],"context_length":8192},
    {"name":"embed:latest","capabilities":["embedding"],"embedding_length":16}])";
const QByteArray rules = R"("rules":[
    {"contains":"weather","tool_calls":[{"name":"weather","arguments":{"city":"Rome"}}]},
    {"contains":"as JSON","answer_json":{"answer":42}},
    {"contains":"count","chunks":["one ","two ","three"],"usage":{"prompt_tokens":11,"completion_tokens":7}}])";
const QByteArray weatherTool = R"("tools":[{"type":"function","function":{"name":"weather","description":"Tells it",)"
                               R"("parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}])";

QByteArray nodeConfig(const QByteArray &profile)
{
    return R"({"profile":")" + profile + "\"," + models + ',' + rules + '}';
}

}

class NativeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void listsModels();
    void findsModels_data();
    void findsModels();
    void passesBytesOn_data();
    void passesBytesOn();
    void passesFramesOn();
    void pinsToServer();
    void talksToOllama();
    void toolsOnOllama();
    void imagesOnOllama();
    void schemaOnOllama();
    void usageWhenAsked();
    void droppedFieldsAreNamed();
    void oldOllama();
    void embeddings_data();
    void embeddings();
    void completions_data();
    void completions();
    void unknownModel();
    void contextTooLong();

private:
    enum NodeIndex : std::size_t { OpenAi, Ollama, Old };
    [[nodiscard]] QByteArray lastBody(NodeIndex index)
    {
        return m_daemon.node(index).state.records().back().request.body;
    }
    [[nodiscard]] QByteArray lastPath(NodeIndex index)
    {
        return m_daemon.node(index).state.records().back().request.path;
    }

    DaemonFixture m_daemon;
};

void NativeTest::initTestCase()
{
    m_daemon.addNode(u"vllm"_s, nodeConfig("openai"));
    m_daemon.addNode(u"N04-RTX"_s, nodeConfig("ollama"));
    m_daemon.addNode(u"old"_s, nodeConfig("ollama-old"));
    QVERIFY(m_daemon.start());
}

void NativeTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void NativeTest::listsModels()
{
    const HttpResponse response = m_daemon.get("/v1/models");
    QCOMPARE(response.status, 200);
    const QJsonObject list = jsonOf(response);
    QCOMPARE(list[u"object"].toString(), u"list"_s);
    QStringList ids;
    for (const QJsonValue &model : list[u"data"].toArray()) {
        QCOMPARE(model[u"object"].toString(), u"model"_s);
        QVERIFY(model[u"created"].isDouble() && model[u"owned_by"].isString());
        ids.append(model[u"id"].toString());
    }
    for (const QString &id :
         {u"moe-orchestrator"_s, u"chat:8b"_s, u"chat:8b@vllm"_s, u"chat:8b@N04-RTX"_s, u"embed@old"_s})
        QVERIFY2(ids.count(id) == 1, qPrintable(ids.join(u' ')));
}

void NativeTest::findsModels_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("id");
    QTest::newRow("plain") << QByteArray("chat:8b") << u"chat:8b"_s;
    QTest::newRow("on a server") << QByteArray("chat:8b@N04-RTX") << u"chat:8b@N04-RTX"_s;
    QTest::newRow("percent-encoded") << QByteArray("chat%3A8b%40N04-RTX") << u"chat:8b@N04-RTX"_s;
    QTest::newRow("latest") << QByteArray("embed:latest@old") << u"embed@old"_s;
    QTest::newRow("orchestrator") << QByteArray("moe-orchestrator") << u"moe-orchestrator"_s;
    QTest::newRow("unknown") << QByteArray("nothing:1b") << QString();
    QTest::newRow("wrong server") << QByteArray("chat:8b@nowhere") << QString();
}

void NativeTest::findsModels()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QString, id);
    const HttpResponse response = m_daemon.get("/v1/models/" + path);
    if (id.isEmpty())
        QCOMPARE(errorProblem(response, 404, "model_not_found"), QByteArray());
    else
        QCOMPARE(jsonOf(response)[u"id"].toString(), id);
}

void NativeTest::passesBytesOn_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("order and spaces") << QByteArray(
        R"({ "zeta" : 1, "messages":[{"role":"user","content":"x"}] , "model" : )")
                                      << QByteArray(R"(,"alpha":[1.0e0, 2.50,{"b":1,"a":2}] })");
    QTest::newRow("escapes") << QByteArray(
        R"({"messages":[{"role":"user","content":"\u00e9\/ \ud83d\ude00 ü"}],"model":)")
                             << QByteArray(R"(,"temperature":0.70,"seed":7,"top_p":0.9000000000000000001})");
    QTest::newRow("tools") << "{" + weatherTool + R"(,"messages":[{"content":"x","role":"user"}],"model":)"
                           << QByteArray("}");
}

/// To a node that speaks the client's own protocol, not a byte changes but those of the model.
void NativeTest::passesBytesOn()
{
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, after);
    const HttpResponse response = m_daemon.chat(before + R"("chat:8b@vllm")" + after);
    QCOMPARE(response.status, 200);
    QCOMPARE(lastPath(OpenAi), QByteArray("/v1/chat/completions"));
    QCOMPARE(lastBody(OpenAi), before + R"("chat:8b")" + after);
}

void NativeTest::passesFramesOn()
{
    const QByteArray body = R"({"model":"chat:8b@vllm","stream":true,"messages":[{"role":"user","content":"count"}],)"
                            R"("stream_options":{"include_usage":true}})";
    const HttpResponse response = m_daemon.chat(body);
    QVERIFY(endsProperly(response));
    QCOMPARE(textOf(response), QByteArray("one two three"));
    QCOMPARE(lastBody(OpenAi), QByteArray(body).replace("@vllm", ""));
    const QJsonObject usage = jsonOf(framesOf(response).at(framesOf(response).size() - 2));
    QCOMPARE(usage[u"usage"][u"prompt_tokens"].toInt(), 11);
    QVERIFY(usage[u"choices"].toArray().isEmpty());
    QVERIFY2(framesOf(response).first().contains("imulated"),
             framesOf(response).first().constData()); // the node's own frame
}

void NativeTest::pinsToServer()
{
    for (const QByteArray &server : {"vllm"_ba, "N04-RTX"_ba, "old"_ba, "vllm"_ba}) {
        const HttpResponse response = m_daemon.chat(chatBody("chat:8b@" + server, "hello"));
        QCOMPARE(response.header("x-moe-server"), server);
        QVERIFY2(textOf(response).contains("imulated"), response.body.constData());
    }
}

void NativeTest::talksToOllama()
{
    const QByteArray body = R"({"model":"chat:8b@N04-RTX","temperature":0.5,"max_tokens":50,"seed":3,"stop":["END"],)"
                            R"("messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[)"
                            R"({"type":"text","text":"count"}]}])";
    for (const QByteArray &more : {""_ba, R"(,"stream":true)"_ba}) {
        const HttpResponse response = m_daemon.chat(body + more + '}');
        QCOMPARE(response.status, 200);
        QCOMPARE(textOf(response), QByteArray("one two three"));
        QCOMPARE(finishReasonOf(response), QByteArray("stop"));
        QVERIFY(more.isEmpty() || endsProperly(response));
        QCOMPARE(lastPath(Ollama), QByteArray("/api/chat"));
        const QJsonObject sent = jsonOf(lastBody(Ollama));
        QCOMPARE(sent[u"model"].toString(), u"chat:8b"_s);
        QCOMPARE(sent[u"options"][u"temperature"].toDouble(), 0.5);
        QCOMPARE(sent[u"options"][u"num_predict"].toInt(), 50);
        QCOMPARE(sent[u"options"][u"seed"].toInt(), 3);
        QCOMPARE(sent[u"options"][u"stop"].toArray(), QJsonArray{u"END"_s});
        QCOMPARE(sent[u"messages"][0][u"role"].toString(), u"system"_s);
        QCOMPARE(sent[u"messages"][1][u"content"].toString(), u"count"_s);
    }
    const QJsonObject answer = jsonOf(m_daemon.chat(body + '}'));
    QCOMPARE(answer[u"object"].toString(), u"chat.completion"_s);
    QCOMPARE(answer[u"usage"][u"total_tokens"].toInt(), 18);
    QCOMPARE(answer[u"model"].toString(), u"chat:8b@N04-RTX"_s);
}

void NativeTest::toolsOnOllama()
{
    for (const QByteArray &stream : {""_ba, R"(,"stream":true)"_ba}) {
        const HttpResponse response
            = m_daemon.chat(chatBody("chat:8b@N04-RTX", "weather in Rome?", weatherTool + stream));
        QCOMPARE(finishReasonOf(response), QByteArray("tool_calls"));
        QJsonObject call = jsonOf(response)[u"choices"][0][u"message"][u"tool_calls"][0].toObject();
        for (const QByteArray &frame : framesOf(response)) {
            if (const QJsonValue found = jsonOf(frame)[u"choices"][0][u"delta"][u"tool_calls"][0]; found.isObject())
                call = found.toObject();
        }
        QCOMPARE(call[u"function"][u"name"].toString(), u"weather"_s);
        QCOMPARE(jsonOf(call[u"function"][u"arguments"].toString().toUtf8())[u"city"].toString(), u"Rome"_s);
        QCOMPARE(jsonOf(lastBody(Ollama))[u"tools"][0][u"function"][u"name"].toString(), u"weather"_s);
        const QByteArray id = call[u"id"].toString().toUtf8();
        QVERIFY(!id.isEmpty());
        // The result goes back to the node under the tool's name.
        const HttpResponse second = m_daemon.chat(
            R"({"model":"chat:8b@N04-RTX","messages":[{"role":"user","content":"count"},{"role":"assistant","content":null,)"
            R"("tool_calls":[{"id":")"
            + id
            + R"(","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},)"
              R"({"role":"tool","tool_call_id":")"
            + id + R"(","content":"Sunny"}]})");
        QVERIFY2(second.status == 200, second.body.constData());
        const QJsonArray messages = jsonOf(lastBody(Ollama))[u"messages"].toArray();
        QCOMPARE(messages[1][u"tool_calls"][0][u"function"][u"arguments"][u"city"].toString(), u"Rome"_s);
        QCOMPARE(messages[2][u"role"].toString(), u"tool"_s);
        QCOMPARE(messages[2][u"content"].toString(), u"Sunny"_s);
    }
}

void NativeTest::imagesOnOllama()
{
    const QByteArray pixel
        = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    const auto body = [](const QByteArray &url) -> QByteArray {
        return R"({"model":"chat:8b@N04-RTX","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},)"
               R"({"type":"image_url","image_url":{"url":")"
            + url + R"("}}]}]})";
    };
    QCOMPARE(m_daemon.chat(body("data:image/png;base64," + pixel)).status, 200);
    const QJsonValue message = jsonOf(lastBody(Ollama))[u"messages"][0];
    QCOMPARE(message[u"content"].toString(), u"What is it?"_s);
    QCOMPARE(message[u"images"].toArray(), QJsonArray{QString::fromLatin1(pixel)});
    QCOMPARE(m_daemon.chat(body("https://example.org/picture.png")).status, 400); // nothing is fetched for a client
}

void NativeTest::schemaOnOllama()
{
    const QByteArray schema = R"({"type":"object","properties":{"answer":{"type":"integer"}}})";
    const HttpResponse response = m_daemon.chat(
        chatBody("chat:8b@N04-RTX", "as JSON",
                 R"("response_format":{"type":"json_schema","json_schema":{"name":"a","schema":)" + schema + "}}"));
    QCOMPARE(jsonOf(textOf(response))[u"answer"].toInt(), 42);
    QCOMPARE(jsonOf(lastBody(Ollama))[u"format"].toObject(), jsonOf(schema));
    QCOMPARE(
        m_daemon.chat(chatBody("chat:8b@N04-RTX", "as JSON", R"("response_format":{"type":"json_object"})")).status,
        200);
    QCOMPARE(jsonOf(lastBody(Ollama))[u"format"].toString(), u"json"_s);
}

void NativeTest::usageWhenAsked()
{
    const auto usages = [this](const QByteArray &more) {
        const HttpResponse response = m_daemon.chat(chatBody("chat:8b@N04-RTX", "count", R"("stream":true)" + more));
        QList<QJsonObject> found;
        for (const QByteArray &frame : framesOf(response)) {
            if (const QJsonObject usage = jsonOf(frame)[u"usage"].toObject(); !usage.isEmpty())
                found.append(usage);
        }
        return found;
    };
    QVERIFY(usages({}).isEmpty());
    const auto asked = usages(R"(,"stream_options":{"include_usage":true})");
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.first()[u"completion_tokens"].toInt(), 7);
}

void NativeTest::droppedFieldsAreNamed()
{
    const HttpResponse response = m_daemon.chat(chatBody("chat:8b@N04-RTX", "count", R"("user":"me","store":true)"));
    QCOMPARE(response.status, 200);
    const QByteArray dropped = response.header("x-moe-dropped").value_or("");
    QVERIFY2(dropped.contains("user") && dropped.contains("store"), dropped.constData());
    // What would change the answer's meaning is refused instead.
    const HttpResponse refused = m_daemon.chat(chatBody("chat:8b@N04-RTX", "count", R"("logit_bias":{"1":2})"));
    QCOMPARE(errorProblem(refused, 400, "unsupported_parameter"), QByteArray());
    QCOMPARE(jsonOf(refused)[u"error"][u"param"].toString(), u"logit_bias"_s);
    QVERIFY(!m_daemon.chat(chatBody("chat:8b@N04-RTX", "count")).header("x-moe-dropped"));
}

void NativeTest::oldOllama()
{
    const HttpResponse response = m_daemon.chat(
        chatBody("chat:8b@old", "as JSON",
                 R"("response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}})"));
    QVERIFY2(response.status == 200, response.body.constData());
    QCOMPARE(jsonOf(lastBody(Old))[u"format"].toString(), u"json"_s);
    QVERIFY(response.header("x-moe-dropped").value_or("").contains("response_format.json_schema"));
    const HttpResponse stream = m_daemon.chat(chatBody("chat:8b@old", "count", R"("stream":true)"));
    QVERIFY(endsProperly(stream));
    QCOMPARE(textOf(stream), QByteArray("one two three"));
}

void NativeTest::embeddings_data()
{
    QTest::addColumn<QByteArray>("server");
    for (const char *server : {"vllm", "N04-RTX", "old"})
        QTest::newRow(server) << QByteArray(server);
}

void NativeTest::embeddings()
{
    QFETCH(const QByteArray, server);
    const auto embed = [&](const QByteArray &more) {
        return m_daemon.post("/v1/embeddings", R"({"model":"embed:latest@)" + server + R"(",)" + more + '}');
    };
    const HttpResponse floats = embed(R"("input":["one","two words"])");
    QVERIFY2(floats.status == 200, floats.body.constData());
    const QJsonArray data = jsonOf(floats)[u"data"].toArray();
    QCOMPARE(data.size(), 2);
    QCOMPARE(data[1][u"index"].toInt(), 1);
    const QJsonArray vector = data[0][u"embedding"].toArray();
    QCOMPARE(vector.size(), 16);
    // The same as base64: little-endian single precision.
    const HttpResponse packed = embed(R"("input":"one","encoding_format":"base64")");
    const QByteArray bytes = QByteArray::fromBase64(jsonOf(packed)[u"data"][0][u"embedding"].toString().toLatin1());
    QCOMPARE(bytes.size(), 16 * qsizetype(sizeof(float)));
    for (qsizetype i = 0; i < 16; ++i) {
        float value = 0;
        memcpy(&value, bytes.constData() + i * qsizetype(sizeof value), sizeof value);
        QVERIFY(std::abs(double(value) - vector[i].toDouble()) < 1e-5);
    }
    QCOMPARE(errorProblem(embed(R"("input":[])"), 400, "empty_array"), QByteArray());
}

void NativeTest::completions_data() { embeddings_data(); }

void NativeTest::completions()
{
    QFETCH(const QByteArray, server);
    for (const QByteArray &more : {""_ba, R"(,"stream":true)"_ba}) {
        const HttpResponse response = m_daemon.post(
            "/v1/completions", R"({"model":"chat:8b@)" + server + R"(","prompt":"count","max_tokens":20)" + more + '}');
        QVERIFY2(response.status == 200, response.body.constData());
        QCOMPARE(textOf(response), QByteArray("one two three"));
        QVERIFY(more.isEmpty() || endsProperly(response));
        QVERIFY2(response.body.contains("text_completion"), response.body.constData());
    }
}

void NativeTest::unknownModel()
{
    for (const QByteArray &model : {"nothing:1b"_ba, "chat:8b@nowhere"_ba, "moe-orchestrator-nothing"_ba,
                                    "moe-orchestrator-agent"_ba}) { // the mode of a later version
        for (const QByteArray &more : {""_ba, R"("stream":true)"_ba})
            QCOMPARE(errorProblem(m_daemon.chat(chatBody(model, "x", more)), 404, "model_not_found"), QByteArray());
    }
}

void NativeTest::contextTooLong()
{
    const QByteArray text = QByteArray("word ").repeated(40'000);
    for (const QByteArray &server : {"vllm"_ba, "N04-RTX"_ba}) {
        for (const QByteArray &more : {""_ba, R"("stream":true)"_ba}) {
            const HttpResponse response = m_daemon.chat(chatBody("chat:8b@" + server, text, more));
            QCOMPARE(errorProblem(response, 400, "context_length_exceeded"), QByteArray());
        }
    }
}

QTEST_GUILESS_MAIN(NativeTest)
#include "tst_native.moc"
