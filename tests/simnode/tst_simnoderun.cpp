// SPDX-License-Identifier: Apache-2.0
// Running a node: pacing, queues, memory, many streams, /sim/* and the program itself.
#include "tests/simnode/rawclient.h"
#include "tests/simnode/simnode.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::sim;

class SimNodeRunTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pacesTokens();
    void queuesBeyondParallel();
    void fullQueueRefuses();
    void swapsModelsWithinTheMemory();
    void changedContextReloads();
    void keepAliveUnloads();
    void holdsHundredsOfStreams();
    void configChangesWhileRunning();
    void stateShowsRequestsVerbatim();
    void runsAsAProgram();

private:
    void start(const QByteArray &json);
    [[nodiscard]] quint16 port() const { return m_node->serverPort(); }
    [[nodiscard]] NodeState &state() const { return m_node->node().state; }
    void ask(RawClient &client, const QByteArray &more = {}) const;

    std::unique_ptr<SimNode> m_node;
};

void SimNodeRunTest::start(const QByteArray &json)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json, &error);
    QVERIFY2(document.isObject(), qPrintable(error.errorString()));
    auto node = SimNode::start(document.object());
    QVERIFY2(node, node ? "" : qPrintable(node.error().message));
    m_node = std::move(*node);
}

void SimNodeRunTest::ask(RawClient &client, const QByteArray &more) const
{
    client.sendRequest("POST", "/api/chat", R"({"model":"m","messages":[{"role":"user","content":"x"}])" + more + "}");
}

void SimNodeRunTest::pacesTokens()
{
    start(
        R"({"models":[{"name":"m","first_token_ms":30,"tokens_per_second":50}],
            "rules":[{"answer":"12341234123412341234"}]})");
    for (const QByteArray &stream : {"true"_ba, "false"_ba}) {
        RawClient client(port());
        QElapsedTimer timer;
        timer.start();
        ask(client, ",\"stream\":" + stream);
        QVERIFY(client.reply().isWhole);
        QVERIFY2(timer.elapsed() >= 109, qPrintable(QString::number(timer.elapsed())));
    }
}

void SimNodeRunTest::queuesBeyondParallel()
{
    start(R"({"models":[{"name":"m","first_token_ms":20}],"parallel":2})");
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 6; ++i) {
        clients.push_back(std::make_unique<RawClient>(port()));
        ask(*clients.back());
    }
    QTRY_COMPARE(state().peakLiveGenerations(), 6);
    clients[5]->socket.abort(); // a queued one that leaves holds nobody up
    for (int i = 0; i < 5; ++i)
        QVERIFY(clients[size_t(i)]->reply().isWhole);
    QCOMPARE(state().peakRunningGenerations(), 2);
    QTRY_COMPARE(state().liveGenerations(), 0);
}

void SimNodeRunTest::fullQueueRefuses()
{
    start(R"({"models":[{"name":"m","first_token_ms":60000}],"parallel":1,"max_queue":1})");
    RawClient first(port());
    ask(first);
    QTRY_COMPARE(state().runningGenerations(), 1);
    RawClient second(port());
    ask(second);
    QTRY_COMPARE(state().liveGenerations(), 2);
    RawClient third(port());
    ask(third);
    QCOMPARE(third.reply().status, 503);
}

void SimNodeRunTest::swapsModelsWithinTheMemory()
{
    start(R"({"vram_total_bytes":100,"models":[{"name":"m","vram_bytes":60,"load_ms":20,"first_token_ms":50},
        {"name":"b","vram_bytes":60,"load_ms":20},{"name":"c","vram_bytes":40}]})");
    RawClient first(port());
    ask(first);
    QTRY_COMPARE(state().runningGenerations(), 1);
    const auto generate = [this](const QByteArray &model) {
        return post(port(), "/api/generate", R"({"model":")" + model + R"(","prompt":"x","stream":false})");
    };
    // b must wait until m is idle, then m goes.
    QVERIFY(generate("b").isWhole);
    QVERIFY(first.reply().isWhole);
    auto loaded = m_node->node().host.loaded();
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(loaded[0].model.name, u"b");
    QVERIFY(generate("c").isWhole);
    QCOMPARE(m_node->node().host.loaded().size(), 2);
    QCOMPARE(m_node->node().host.evictions(), 1);
    QCOMPARE(m_node->node().host.loads(), 3);
}

void SimNodeRunTest::changedContextReloads()
{
    start(R"({"models":[{"name":"m","context_length":32768}]})");
    for (const QByteArray &context : {"2048"_ba, "2048"_ba, "8192"_ba}) {
        RawClient client(port());
        ask(client, R"(,"options":{"num_ctx":)" + context + "}");
        QVERIFY(client.reply().isWhole);
    }
    QCOMPARE(m_node->node().host.loads(), 2);
    QCOMPARE(m_node->node().host.loaded()[0].contextTokens, 8192);
}

void SimNodeRunTest::keepAliveUnloads()
{
    start(R"({"models":[{"name":"m"}]})");
    const auto loadedAfter = [this](const QByteArray &keepAlive) {
        RawClient client(port());
        ask(client, ",\"keep_alive\":" + keepAlive);
        return client.reply().isWhole ? qint64(m_node->node().host.loaded().size()) : -1;
    };
    QCOMPARE(loadedAfter("-1"), 1);
    QCOMPARE(loadedAfter("\"30ms\""), 1);
    QTRY_COMPARE(m_node->node().host.loaded().size(), size_t(0));
    QCOMPARE(loadedAfter("0"), 0);
}

void SimNodeRunTest::holdsHundredsOfStreams()
{
    start(R"({"models":[{"name":"m","tokens_per_second":20}],"rules":[{"chunks":["a"],"repeat":20}]})");
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 300; ++i)
        clients.push_back(std::make_unique<RawClient>(port()));
    for (const auto &client : clients)
        ask(*client);
    QTRY_COMPARE(state().peakLiveGenerations(), 300);
    for (const auto &client : clients) {
        const auto reply = client->reply();
        QVERIFY(reply.isWhole);
        QCOMPARE(reply.frames().size(), 21);
    }
    QCOMPARE(state().liveGenerations(), 0);
}

void SimNodeRunTest::configChangesWhileRunning()
{
    start(R"({"models":[{"name":"chat:4b"},{"name":"plain:1b"},{"name":"embed"}]})");
    QCOMPARE(post(port(), "/sim/config", R"({"rules":[{"answer":"new"}],"profile":"openai"})").status, 200);
    QCOMPARE(get(port(), "/v1/models").json()["data"_L1].toArray().size(), 3);
    const auto wrong = post(port(), "/sim/config", R"({"rules":[{"answr":"x"}]})");
    QCOMPARE(wrong.status, 400);
    QCOMPARE(wrong.json()["error"_L1]["param"_L1].toString(), u"rules[0].answr");
    const auto reply = post(port(), "/v1/completions", R"({"model":"plain:1b","prompt":"x"})").json();
    QCOMPARE(reply["choices"_L1][0]["text"_L1].toString(), u"new");
}

void SimNodeRunTest::stateShowsRequestsVerbatim()
{
    start(R"({"models":[{"name":"chat:4b"},{"name":"plain:1b"},{"name":"embed"}]})");
    RawClient client(port());
    client.sendRequest("POST", "/api/chat?a=1", "{ \"model\" : 5 }", "X-Thing: Value\r\n");
    QCOMPARE(client.reply().status, 400);
    std::ignore = post(port(), "/api/show", QByteArray("\xFF"));
    const auto state = get(port(), "/sim/state").json();
    QCOMPARE(state["requests"_L1].toArray().size(), 2);
    const auto seen = state["requests"_L1][0];
    QCOMPARE(seen["body"_L1].toString(), u"{ \"model\" : 5 }");
    QCOMPARE(seen["target"_L1].toString(), u"/api/chat?a=1");
    QCOMPARE(seen["headers"_L1]["x-thing"_L1].toString(), u"Value");
    QCOMPARE(seen["status"_L1].toInt(), 400);
    QCOMPARE(seen["outcome"_L1].toString(), u"completed");
    QCOMPARE(state["requests"_L1][1]["body_base64"_L1].toString(), u"/w=="_s);
    QCOMPARE(get(port(), "/sim/state?requests=1").json()["requests"_L1].toArray().size(), 1);
    QCOMPARE(post(port(), "/sim/reset", "").status, 200);
    QCOMPARE(get(port(), "/sim/state").json()["requests"_L1].toArray().size(), 0);
}

void SimNodeRunTest::runsAsAProgram()
{
    QTemporaryDir folder;
    const QString program = QCoreApplication::applicationDirPath() + u"/moe-simnode"_s;
    QFile config(folder.filePath(u"c.json"_s));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write(R"({"models":[{"name":"mine"}]})");
    config.close();
    QProcess process;
    process.start(program, {u"--config"_s, config.fileName(), u"--ready-file"_s, folder.filePath(u"r.json"_s)});
    QTRY_VERIFY(QFile::exists(folder.filePath(u"r.json"_s)));
    QFile ready(folder.filePath(u"r.json"_s));
    QVERIFY(ready.open(QIODevice::ReadOnly));
    const QJsonObject told = QJsonDocument::fromJson(ready.readAll()).object();
    QCOMPARE(told["pid"_L1].toInteger(), process.processId());
    const auto tags = get(quint16(told["port"_L1].toInt()), "/api/tags").json();
    QCOMPARE(tags["models"_L1][0]["name"_L1].toString(), u"mine:latest");
    process.terminate();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);

    process.start(program, {u"--port"_s, u"many"_s});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("--port"));
}

QTEST_GUILESS_MAIN(SimNodeRunTest)
#include "tst_simnoderun.moc"
