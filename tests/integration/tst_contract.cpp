// SPDX-License-Identifier: Apache-2.0
// What scripts rely on: options, the ready file, moectl, keys, exit statuses.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class ContractTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void readyFileTellsPortsAndPid();
    void portsByEnvironmentAndFile();
    void wrongUsageExitsWithTwo();
    void wrongServersExitWithOne_data();
    void wrongServersExitWithOne();
    void secondDaemonOnSameData();
    void secondDaemonOnSamePort();
    void survivesKill();
    void staleReadyFileGoesFirst();
    void readyTellsWhatIsWrong();
    void commandsAnswerJson();
    void commandsFailClearly();
    void commandsWithoutDaemon();
    void wrongKeysAreRefused();
    void bothHeaders();
    void revokedKeyIsRefusedAtOnce();
    void everyAnswerHasRequestId();

private:
    [[nodiscard]] QJsonObject done(const QStringList &arguments) const;
    [[nodiscard]] HttpResponse models(const DaemonFixture::Headers &headers) const;

    std::unique_ptr<DaemonFixture> m_daemon;
};

void ContractTest::init()
{
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->addNode(u"one"_s, R"({"models":[{"name":"m:1b"}]})");
    QVERIFY(m_daemon->start());
}

void ContractTest::cleanup()
{
    if (m_daemon->isRunning())
        QCOMPARE(m_daemon->stop(), QByteArray());
    m_daemon.reset();
}

/// The document that a command prints when it succeeds; empty if it does not.
QJsonObject ContractTest::done(const QStringList &arguments) const
{
    const CommandResult result = m_daemon->moectl(QStringList{u"--json"_s} + arguments);
    return result.status == 0 && result.errors.isEmpty() ? jsonOf(result.output) : QJsonObject();
}

HttpResponse ContractTest::models(const DaemonFixture::Headers &headers) const
{
    const auto client = m_daemon->connect();
    return client->exchange(RawHttpClient::request("GET", "/v1/models", headers)) ? client->response() : HttpResponse();
}

void ContractTest::readyFileTellsPortsAndPid()
{
    const QJsonObject ready = m_daemon->readyFile();
    QCOMPARE(ready.keys(), (QStringList{u"api"_s, u"control"_s, u"mcp"_s, u"pid"_s}));
    QCOMPARE(ready[u"pid"].toInteger(), m_daemon->process().pid());
    QSet<int> ports;
    for (const QString &name : {u"api"_s, u"control"_s, u"mcp"_s}) {
        const int port = ready[name].toInt();
        ports.insert(port);
        RawHttpClient client;
        QVERIFY(client.connectTo(quint16(port)));
        QVERIFY(client.exchange(RawHttpClient::request("GET", "/health")));
        QCOMPARE(client.response().status, 200);
    }
    QCOMPARE(ports.size(), 3);
    QCOMPARE(m_daemon->stop(), QByteArray());
    QVERIFY(!m_daemon->directory().contains(u"data/ready.json"_s));
}

void ContractTest::portsByEnvironmentAndFile()
{
    const QString data = m_daemon->directory().file(u"other"_s);
    const quint16 api = DaemonFixture::deadPort();
    const QString file = m_daemon->directory().write(
        u"moed.conf"_s, "# as for a shell\nMOE_API_PORT=1\nMOE_MCP_PORT='0'\nMOE_DATA_DIR=\"" + data.toUtf8() + "\"\n");
    m_daemon->setVariable(u"MOE_API_PORT"_s, QString::number(api)); // above the file
    m_daemon->setVariable(u"MOE_CONTROL_PORT"_s, u"1"_s);           // below the command line
    const auto other = m_daemon->launch({u"--config"_s, file, u"--control-port"_s, u"0"_s});
    QVERIFY2(other->waitForFile(data + u"/ready.json"_s), other->errors().constData());
    const QJsonObject ready = jsonOf(m_daemon->directory().read(u"other/ready.json"_s));
    QCOMPARE(ready[u"api"].toInt(), api);
    QVERIFY(ready[u"mcp"].toInt() > 1);
    QVERIFY(ready[u"control"].toInt() > 1);
    QVERIFY(other->stop());
}

void ContractTest::wrongUsageExitsWithTwo()
{
    const QList<QStringList> wrong{{u"--no-such-option"_s},
                                   {u"--api-port"_s, u"http"_s},
                                   {u"--io-threads"_s, u"0"_s},
                                   {u"--listen"_s, u"nowhere"_s},
                                   {u"word"_s},
                                   {u"--config"_s, u"/no/such/file"_s}};
    for (const QStringList &arguments : wrong) {
        const auto process = m_daemon->launch(arguments);
        QVERIFY(process->waitForExit());
        QCOMPARE(process->exitStatus(), 2);
        QVERIFY2(process->errors().startsWith("moed: "), process->errors().constData());
    }
}

void ContractTest::wrongServersExitWithOne_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("message");
    const auto servers = u"INFERENCE_SERVERS"_s;
    QTest::newRow("Anthropic") << servers << uR"([{"name":"a","url":"http://h","api_type":"anthropic"}])"_s
                               << "INFERENCE_SERVERS[0].api_type: servers of type \"anthropic\" are not supported"_ba;
    QTest::newRow("unknown type") << servers << uR"([{"name":"a","url":"http://h","api_type":"grpc"}])"_s
                                  << "INFERENCE_SERVERS[0].api_type: expected"_ba;
    QTest::newRow("no JSON") << servers << u"[{"_s << "INFERENCE_SERVERS: not valid JSON"_ba;
    QTest::newRow("hardware") << u"CLUSTER_HARDWARE"_s << u"[]"_s << "CLUSTER_HARDWARE: expected an object"_ba;
    QTest::newRow("experts") << u"EXPERT_MODELS"_s << u"[]"_s << "EXPERT_MODELS"_ba;
}

void ContractTest::wrongServersExitWithOne()
{
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    QFETCH(const QByteArray, message);
    m_daemon->setVariable(name, value);
    const auto process = m_daemon->launch({u"--data-dir"_s, m_daemon->directory().file(u"other"_s), u"--api-port"_s,
                                           u"0"_s, u"--mcp-port"_s, u"0"_s, u"--control-port"_s, u"0"_s});
    QVERIFY(process->waitForExit());
    QCOMPARE(process->exitStatus(), 1);
    QVERIFY2(process->errors().contains(QByteArray("moed: " + message)), process->errors().constData());
    QVERIFY(!m_daemon->directory().contains(u"other/ready.json"_s));
}

void ContractTest::secondDaemonOnSameData()
{
    const QString port = u"0"_s;
    const auto second = m_daemon->launch({u"--data-dir"_s, m_daemon->dataDirectory(), u"--api-port"_s, port,
                                          u"--mcp-port"_s, port, u"--control-port"_s, port});
    QVERIFY(second->waitForExit());
    QCOMPARE(second->exitStatus(), 1);
    QVERIFY2(second->errors().contains(m_daemon->dataDirectory().toUtf8()), second->errors().constData());
    QVERIFY(m_daemon->directory().contains(u"data/ready.json"_s));
    QCOMPARE(m_daemon->get("/v1/models").status, 200);
}

void ContractTest::secondDaemonOnSamePort()
{
    const QString data = m_daemon->directory().file(u"other"_s);
    const auto second = m_daemon->launch({u"--data-dir"_s, data, u"--api-port"_s, QString::number(m_daemon->apiPort()),
                                          u"--mcp-port"_s, u"0"_s, u"--control-port"_s, u"0"_s});
    QVERIFY(second->waitForExit());
    QCOMPARE(second->exitStatus(), 1);
    QVERIFY2(second->errors().contains(QByteArray::number(m_daemon->apiPort())), second->errors().constData());
    QVERIFY(!m_daemon->directory().contains(u"other/ready.json"_s));
    for (int i = 0; i < 20; ++i) // none of them went to the other one
        QCOMPARE(m_daemon->get("/v1/models").status, 200);
}

void ContractTest::survivesKill()
{
    m_daemon->process().kill();
    QVERIFY(m_daemon->process().waitForExit());
    QVERIFY(m_daemon->start());
    QCOMPARE(m_daemon->get("/v1/models").status, 200);
    const QJsonArray users = done({u"user"_s, u"list"_s})[u"items"].toArray();
    QCOMPARE(users.size(), 1);
    QCOMPARE(users[0][u"name"].toString(), u"tester"_s);
}

void ContractTest::staleReadyFileGoesFirst()
{
    const auto start = [this](const QString &apiPort) {
        return m_daemon->launch({u"--data-dir"_s, m_daemon->dataDirectory(), u"--api-port"_s, apiPort, u"--mcp-port"_s,
                                 u"0"_s, u"--control-port"_s, u"0"_s});
    };
    m_daemon->process().kill();
    QVERIFY(m_daemon->process().waitForExit());
    QVERIFY(m_daemon->directory().contains(u"data/ready.json"_s));
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const auto failing = start(QString::number(taken.serverPort()));
    QVERIFY(failing->waitForExit());
    QCOMPARE(failing->exitStatus(), 1);
    QVERIFY2(failing->errors().contains(QByteArray::number(taken.serverPort())), failing->errors().constData());
    QVERIFY(!m_daemon->directory().contains(u"data/ready.json"_s));

    // Whoever waits for the file never reads half of it, nor one of a daemon that does not serve yet.
    m_daemon->directory().write(u"data/ready.json"_s, R"({"api":1,"mcp":1,"control":1,"pid":1})");
    const auto next = start(u"0"_s);
    QJsonObject ready;
    QTRY_VERIFY((ready = m_daemon->readyFile())[u"pid"].toInteger() == next->pid());
    RawHttpClient client;
    QVERIFY(client.connectTo(quint16(ready[u"api"].toInt())));
    QVERIFY(client.exchange(RawHttpClient::request("GET", "/ready")));
    QCOMPARE(client.response().status, 200);
    QVERIFY(next->stop());
    QVERIFY(!m_daemon->directory().contains(u"data/ready.json"_s));
}

void ContractTest::readyTellsWhatIsWrong()
{
    const auto component = [this](const QString &name) {
        for (const QJsonValue &each : jsonOf(m_daemon->get("/ready"))[u"components"].toArray()) {
            if (each[u"name"].toString() == name)
                return each.toObject();
        }
        return QJsonObject();
    };
    QCOMPARE(m_daemon->get("/ready").status, 200);
    QCOMPARE(component(u"inference"_s)[u"detail"].toString(), u"1 of 1 inference servers reachable, 1 models"_s);
    QVERIFY(component(u"database"_s)[u"ok"].toBool());

    const QString name = u"locker"_s;
    {
        QSqlDatabase locker = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        locker.setDatabaseName(m_daemon->dataDirectory() + u"/moe.db"_s);
        QVERIFY(locker.open());
        QVERIFY(QSqlQuery(locker).exec(u"BEGIN IMMEDIATE"_s));
        QTRY_COMPARE_WITH_TIMEOUT(m_daemon->get("/ready").status, 503, 20'000);
        QVERIFY(!component(u"database"_s)[u"ok"].toBool(true));
        QVERIFY(component(u"inference"_s)[u"ok"].toBool());
        QCOMPARE(m_daemon->get("/health").status, 200); // it lives, and serves from memory
        QCOMPARE(m_daemon->chat(chatBody("m:1b", "x")).status, 200);
        locker.close();
    }
    QSqlDatabase::removeDatabase(name);
    QTRY_COMPARE_WITH_TIMEOUT(m_daemon->get("/ready").status, 200, 20'000);
}

void ContractTest::commandsAnswerJson()
{
    const QJsonObject user = done({u"user"_s, u"add"_s, u"anna"_s});
    QCOMPARE(user[u"name"].toString(), u"anna"_s);
    QVERIFY(user[u"active"].toBool());
    const QJsonObject key = done({u"key"_s, u"create"_s, u"--user"_s, u"anna"_s, u"--label"_s, u"Laptop"_s});
    const QString text = key[u"key"].toString();
    QVERIFY2(text.startsWith(u"moe-sk-"), qPrintable(text));
    QVERIFY(text.startsWith(key[u"prefix"].toString()));
    QCOMPARE(key[u"label"].toString(), u"Laptop"_s);
    const QJsonArray keys = done({u"key"_s, u"list"_s, u"--user"_s, u"anna"_s})[u"items"].toArray();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys[0][u"id"], key[u"id"]);
    QVERIFY(!keys[0].toObject().contains(u"key"));
    const QJsonObject status = done({u"status"_s});
    QCOMPARE(status[u"api"].toInt(), m_daemon->apiPort());
    QCOMPARE(status[u"servers"][0][u"name"].toString(), u"one"_s);
    QVERIFY(status[u"servers"][0][u"reachable"].toBool());
    const QJsonObject level = done({u"log"_s, u"level"_s, u"http"_s, u"error"_s});
    QCOMPARE(level[u"items"].toArray().size(), 1);
    QCOMPARE(level[u"items"][0][u"level"].toString(), u"error"_s);
    QCOMPARE(done({u"log"_s, u"level"_s, u"http"_s}), level);
    const QJsonArray levels = done({u"log"_s, u"level"_s})[u"items"].toArray();
    QVERIFY(levels.size() > 1);
    QVERIFY(levels.contains(level[u"items"][0]));
    const CommandResult plain
        = m_daemon->moectl({u"key"_s, u"create"_s, u"--user"_s, u"anna"_s, u"--label"_s, u"For people"_s});
    QCOMPARE(plain.status, 0);
    QCOMPARE(plain.output.count("moe-sk-"), 1);
}

void ContractTest::commandsFailClearly()
{
    const auto problem = [this](const QStringList &arguments, int status) {
        const CommandResult result = m_daemon->moectl(QStringList{u"--json"_s} + arguments);
        const bool isRight = result.status == status && result.output.isEmpty() && !jsonOf(result.errors).isEmpty();
        return isRight ? QByteArray() : QByteArray::number(result.status) + ": " + result.output + result.errors;
    };
    QCOMPARE(problem({u"user"_s, u"add"_s, u"tester"_s}, 1), QByteArray()); // there is one
    QCOMPARE(problem({u"key"_s, u"create"_s, u"--user"_s, u"nobody"_s, u"--label"_s, u"x"_s}, 1), QByteArray());
    QCOMPARE(problem({u"key"_s, u"revoke"_s, u"no-such-key"_s}, 1), QByteArray());
    QCOMPARE(problem({u"key"_s, u"create"_s, u"--user"_s, u"tester"_s}, 2), QByteArray()); // no label
    QCOMPARE(problem({u"no"_s, u"such"_s, u"command"_s}, 2), QByteArray());
    QCOMPARE(problem({u"log"_s, u"level"_s, u"everything"_s}, 1), QByteArray());
    QCOMPARE(problem({u"log"_s, u"level"_s, u"http"_s, u"loud"_s}, 1), QByteArray());
    QCOMPARE(m_daemon->moectl({u"key"_s}).status, 2);
}

void ContractTest::commandsWithoutDaemon()
{
    QCOMPARE(m_daemon->stop(), QByteArray());
    const CommandResult result = m_daemon->moectl({u"user"_s, u"list"_s});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.errors.startsWith("moectl: "), result.errors.constData());
}

void ContractTest::wrongKeysAreRefused()
{
    QByteArray mistyped = m_daemon->key();
    mistyped.back() = mistyped.back() == 'a' ? 'b' : 'a';
    const QList<DaemonFixture::Headers> wrong{{},
                                              {{"Authorization", "Bearer moe-sk-unknown"}},
                                              {{"Authorization", "Bearer " + mistyped}},
                                              {{"x-api-key", mistyped}},
                                              {{"Authorization", "Basic " + m_daemon->key()}},
                                              {{"Authorization", "Bearer"}},
                                              {{"Authorization", "Bearer " + m_daemon->key().chopped(1)}},
                                              {{"x-api-key", m_daemon->key() + 'x'}}};
    for (const DaemonFixture::Headers &headers : wrong) {
        QCOMPARE(errorProblem(models(headers), 401, "invalid_api_key"), QByteArray());
        const auto client = m_daemon->connect();
        QVERIFY(
            client->exchange(RawHttpClient::request("POST", "/v1/chat/completions", headers, chatBody("m:1b", "x"))));
        QCOMPARE(errorProblem(client->response(), 401, "invalid_api_key"), QByteArray());
    }
    QCOMPARE(m_daemon->node(0).state.liveGenerations(), 0);
    QCOMPARE(models({{"authorization", "bearer " + m_daemon->key()}}).status, 200);
    QCOMPARE(models({{"X-API-Key", m_daemon->key()}}).status, 200);
}

void ContractTest::bothHeaders()
{
    const QByteArray other = m_daemon->newKey();
    const auto with = [this](const QByteArray &bearer, const QByteArray &apiKey) {
        return models({{"Authorization", "Bearer " + bearer}, {"x-api-key", apiKey}});
    };
    QCOMPARE(with(other, other).status, 200);
    QCOMPARE(errorProblem(with(other, m_daemon->key()), 401, "invalid_api_key"), QByteArray());
    QCOMPARE(errorProblem(with(m_daemon->key(), "moe-sk-unknown"), 401, "invalid_api_key"), QByteArray());
}

void ContractTest::revokedKeyIsRefusedAtOnce()
{
    const QByteArray key = m_daemon->newKey();
    const auto client = m_daemon->connect(); // one connection: what it knew of the key must not last
    const QByteArray request = RawHttpClient::request("GET", "/v1/models", {{"Authorization", "Bearer " + key}});
    QVERIFY(client->exchange(request));
    QCOMPARE(client->response().status, 200);
    const QString id = done({u"key"_s, u"list"_s})[u"items"].toArray().last()[u"id"].toVariant().toString();
    QVERIFY(!done({u"key"_s, u"revoke"_s, id})[u"active"].toBool(true));
    QVERIFY(client->exchange(request));
    QCOMPARE(errorProblem(client->response(), 401, "invalid_api_key"), QByteArray());
    QCOMPARE(m_daemon->get("/v1/models").status, 200); // the other key is none the worse
    m_daemon->process().kill();
    QVERIFY(m_daemon->process().waitForExit());
    QVERIFY(m_daemon->start());
    QCOMPARE(models({{"Authorization", "Bearer " + key}}).status, 401);
}

void ContractTest::everyAnswerHasRequestId()
{
    QSet<QByteArray> ids;
    const QByteArrayList requests{RawHttpClient::request("GET", "/health"),
                                  RawHttpClient::request("GET", "/v1/models"),
                                  RawHttpClient::request("GET", "/v1/models", m_daemon->authorization()),
                                  RawHttpClient::request("GET", "/no/such/path"),
                                  RawHttpClient::request("DELETE", "/v1/models"),
                                  m_daemon->chatRequest("{"),
                                  m_daemon->chatRequest(chatBody("m:1b", "x", R"("stream":true)")),
                                  "GET /health HTTP/1.1\r\n\r\n",
                                  "GARBAGE\r\n\r\n"};
    for (const QByteArray &request : requests) {
        const auto client = m_daemon->connect();
        QVERIFY2(client->exchange(request), request.constData());
        const QByteArray id = client->response().header("x-request-id").value_or("");
        QVERIFY2(id.size() >= 8, request.constData());
        ids.insert(id);
    }
    QCOMPARE(ids.size(), requests.size());
}

QTEST_GUILESS_MAIN(ContractTest)
#include "tst_contract.moc"
