// SPDX-License-Identifier: Apache-2.0
// Where Ollama lacks what OpenAI's clients ask for.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

constexpr qsizetype twoMegabytes = 2 * 1024 * 1024;

}

class OllamaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void embeddingsOfAFork();
    void severalChoices_data();
    void severalChoices();
    void severalChoicesStreamed_data();
    void severalChoicesStreamed();
    void oneChoice();
    void largeBodies_data();
    void largeBodies();
    void largeAnswer();

private:
    enum NodeIndex : std::size_t { Current, Fork };
    [[nodiscard]] QByteArrayList paths(NodeIndex index)
    {
        QByteArrayList sent;
        for (const auto &record : m_daemon.node(index).state.records())
            sent.append(record.request.path);
        return sent;
    }

    DaemonFixture m_daemon;
};

void OllamaTest::initTestCase()
{
    m_daemon.addNode(u"current"_s, R"({"models":[{"name":"chat:8b"},
        {"name":"vectors:latest","capabilities":["embedding"],"embedding_length":1024}],"rules":[
        {"contains":"count","answer":"one two","usage":{"prompt_tokens":11,"completion_tokens":7}}]})");
    // A build of one's own: its version says that it has what it lacks.
    m_daemon.addNode(u"fork"_s, R"({"profile":"ollama-old","version":"0.17.4-fork","models":[
        {"name":"embed:latest","capabilities":["embedding"],"embedding_length":16}]})");
    m_daemon.addArguments({u"--io-threads"_s, u"1"_s});
    QVERIFY(m_daemon.start());
}

void OllamaTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void OllamaTest::embeddingsOfAFork()
{
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = m_daemon.post("/v1/embeddings", R"({"model":"embed","input":["one","two"]})");
        QVERIFY2(response.status == 200, response.body.constData());
        const QJsonArray data = jsonOf(response)[u"data"].toArray();
        QCOMPARE(data.size(), 2);
        QCOMPARE(data[1][u"embedding"].toArray().size(), 16);
    }
    QCOMPARE(paths(Fork).count("/api/embed"), 1); // found out once
    QCOMPARE(paths(Fork).count("/api/embeddings"), 6);
    const QByteArray calls = R"(moe_upstream_calls_total{server="fork",outcome="ok"})";
    QCOMPARE(m_daemon.metric(calls), 3);
}

void OllamaTest::severalChoices_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("upstreamPath");
    QTest::addColumn<QByteArray>("input");
    QTest::newRow("chat") << "/v1/chat/completions"_ba << "/api/chat"_ba
                          << QByteArray(R"("messages":[{"role":"user","content":"count"}])");
    QTest::newRow("text") << "/v1/completions"_ba << "/api/generate"_ba << QByteArray(R"("prompt":"count")");
}

void OllamaTest::severalChoices()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, upstreamPath);
    QFETCH(const QByteArray, input);
    const qsizetype before = paths(Current).count(upstreamPath);
    const HttpResponse response = m_daemon.post(path, R"({"model":"chat:8b","n":3,)" + input + '}');
    QVERIFY2(response.status == 200, response.body.constData());
    QCOMPARE(paths(Current).count(upstreamPath), before + 3);
    const QJsonObject answer = jsonOf(response);
    const QJsonArray choices = answer[u"choices"].toArray();
    QCOMPARE(choices.size(), 3);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(choices[i][u"index"].toInt(-1), i);
        QCOMPARE(choices[i][u"finish_reason"].toString(), u"stop"_s);
    }
    QCOMPARE(answer[u"usage"][u"completion_tokens"].toInt(), 21);
    QCOMPARE(answer[u"usage"][u"prompt_tokens"].toInt(), 11); // as OpenAI counts: the prompt once
    QVERIFY(!response.header("x-moe-dropped"));
}

void OllamaTest::severalChoicesStreamed_data() { severalChoices_data(); }

void OllamaTest::severalChoicesStreamed()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, upstreamPath);
    QFETCH(const QByteArray, input);
    const qsizetype before = paths(Current).count(upstreamPath);
    const HttpResponse response = m_daemon.post(path, R"({"model":"chat:8b","stream":true,"n":2,)" + input + '}');
    QCOMPARE(errorProblem(response, 400, "unsupported_parameter"), QByteArray());
    QCOMPARE(jsonOf(response)[u"error"][u"param"].toString(), u"n"_s);
    QCOMPARE(paths(Current).count(upstreamPath), before); // nobody was asked
}

void OllamaTest::oneChoice()
{
    QCOMPARE(m_daemon.chat(chatBody("chat:8b", "count", R"("n":1)")).status, 200);
    QVERIFY(endsProperly(m_daemon.chat(chatBody("chat:8b", "count", R"("n":1,"stream":true)"))));
    const HttpResponse none = m_daemon.chat(chatBody("chat:8b", "count", R"("n":0)"));
    QCOMPARE(none.status, 400);
    QCOMPARE(jsonOf(none)[u"error"][u"param"].toString(), u"n"_s);
}

void OllamaTest::largeBodies_data() { severalChoices_data(); }

/// Of the size that is translated beside the event loop.
void OllamaTest::largeBodies()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, upstreamPath);
    QFETCH(const QByteArray, input);
    const QByteArray body
        = R"({"model":"chat:8b","user":")" + QByteArray(twoMegabytes, 'x') + R"(",)" + input; // the prompt has to fit
    const HttpResponse whole = m_daemon.post(path, body + '}');
    QVERIFY2(whole.status == 200, whole.body.constData());
    QCOMPARE(whole.header("x-moe-dropped"), "user"_ba);
    QCOMPARE(paths(Current).last(), upstreamPath);
    QCOMPARE(jsonOf(whole)[u"usage"][u"completion_tokens"].toInt(), 7);

    const HttpResponse stream
        = m_daemon.post(path, body + R"(,"stream":true,"stream_options":{"include_usage":true}})");
    QVERIFY2(endsProperly(stream), stream.body.constData());
    const QByteArrayList frames = framesOf(stream);
    QCOMPARE(jsonOf(frames[frames.size() - 2])[u"usage"][u"completion_tokens"].toInt(), 7);

    const HttpResponse invalid = m_daemon.post(path, body + R"(,"temperature":"warm"})");
    QCOMPARE(invalid.status, 400);
    QCOMPARE(jsonOf(invalid)[u"error"][u"param"].toString(), u"temperature"_s);
}

void OllamaTest::largeAnswer()
{
    const QByteArray inputs = QByteArray(R"("text",)").repeated(600).chopped(1);
    const HttpResponse response = m_daemon.post("/v1/embeddings", R"({"model":"vectors","input":[)" + inputs + "]}");
    QVERIFY2(response.status == 200, response.body.constData());
    QVERIFY(response.body.size() > twoMegabytes);
    QCOMPARE(jsonOf(response)[u"data"].toArray().size(), 600);
}

QTEST_GUILESS_MAIN(OllamaTest)
#include "tst_ollama.moc"
