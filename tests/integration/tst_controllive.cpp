// SPDX-License-Identifier: Apache-2.0
// What the control API does to requests under way, and what it tells of while it happens.
#include "tests/integration/controlsession.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class ControlLiveTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void eventsAreResumed();
    void revokedKeyIsRefusedUnderLoad();
    void requestsAreListedAndEnded();
    void streamsOfARevokedKeyAreCut();

private:
    /// A stream that goes on for minutes, of which something has come.
    [[nodiscard]] std::unique_ptr<RawHttpClient> slowStream(const QByteArray &key) const;

    DaemonFixture m_daemon;
    std::unique_ptr<ControlSession> m_admin;
};

void ControlLiveTest::initTestCase()
{
    m_daemon.addNode(u"sim"_s,
                     R"({"models":[{"name":"m:1b"}],"rules":[{"contains":"slow","chunks":["word "],)"
                     R"("repeat":10000,"tokens_per_second":50}]})",
                     R"("parallel":8)");
    QVERIFY(m_daemon.start());
    m_admin = std::make_unique<ControlSession>(m_daemon);
    QVERIFY(m_admin->setUp(m_daemon, "root", "correct horse battery"));
}

void ControlLiveTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void ControlLiveTest::eventsAreResumed()
{
    const auto watch = [this](const RawHttpClient::Headers &headers) {
        auto client = std::make_unique<RawHttpClient>();
        if (!client->connectTo(m_daemon.controlPort()))
            qFatal("no connection");
        client->send(m_admin->requestText("GET", "/events", {}, headers));
        return client;
    };
    const auto saw = [](const QByteArray &what) {
        return [what](const HttpResponse &response) { return response.body.contains(what); };
    };
    auto first = watch({});
    QVERIFY(first->waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    QCOMPARE(m_admin->post("/users", user("seen1")).status, 201);
    QVERIFY(first->waitUntil(saw("user:seen1")));
    const QByteArray body = first->response().body;
    const qsizetype id = body.lastIndexOf("id: ");
    QVERIFY(id >= 0);
    const QByteArray last = body.sliced(id + 4, body.indexOf('\n', id) - id - 4);
    QCOMPARE(m_admin->patch("/users/1/limits", R"({"budget":{"daily":null}})").status, 200);
    QVERIFY(first->waitUntil(saw("event: budget.changed")));
    QCOMPARE(m_daemon.chat(chatBody("m:1b", "x")).status, 200);
    QVERIFY(first->waitUntil(saw("event: request.end")));
    QVERIFY(first->response().body.contains("event: request.start"));
    first->reset();
    // What happens meanwhile is not lost.
    QCOMPARE(m_admin->post("/users", user("seen2")).status, 201);
    auto second = watch({{"Last-Event-ID", last}});
    QVERIFY(second->waitUntil(saw("user:seen2")));
    QVERIFY(!second->response().body.contains("user:seen1"));
    // What cannot be told any more is said to be missing.
    auto third = watch({{"Last-Event-ID", "1"}});
    QVERIFY(third->waitUntil(saw("event: missed")));
}

void ControlLiveTest::revokedKeyIsRefusedUnderLoad()
{
    constexpr int connections = 32;
    const QByteArray key = m_daemon.newKey(u"loaded"_s);
    const QByteArray request = RawHttpClient::request("GET", "/v1/models", {{"Authorization", "Bearer " + key}});
    std::vector<DaemonFixture::ClientPtr> clients(connections);
    const auto send = [&] {
        for (auto &client : clients) {
            if (!client || client->isClosed())
                client = m_daemon.connect();
            else
                client->nextResponse();
            client->send(request);
        }
    };
    // Statuses of what was sent; 0: no answer.
    const auto receive = [&] {
        QSet<int> statuses;
        for (const auto &client : clients)
            statuses.insert(client->waitForResponse() ? client->response().status : 0);
        return statuses;
    };
    RawHttpClient administrator;
    QVERIFY(administrator.connectTo(m_daemon.controlPort()));
    QElapsedTimer timer;
    timer.start();
    int rounds = 0;
    for (; rounds < 60; ++rounds) {
        send();
        QCOMPARE(receive(), QSet<int>{200});
    }
    administrator.send(m_admin->requestText("DELETE", "/keys/" + key.first(16), {}, {}));
    while (administrator.response().status == 0) { // the load goes on meanwhile
        send();
        const QSet<int> statuses = receive();
        QVERIFY((statuses - QSet<int>{200, 401}).isEmpty());
        ++rounds;
    }
    qInfo("revoked at %lld requests a second", rounds * connections * 1'000'000'000LL / timer.nsecsElapsed());
    QCOMPARE(administrator.response().status, 200);
    for (int round = 0; round < 10; ++round) {
        send();
        QCOMPARE(receive(), QSet<int>{401});
    }
}

std::unique_ptr<RawHttpClient> ControlLiveTest::slowStream(const QByteArray &key) const
{
    auto client = std::make_unique<RawHttpClient>();
    if (!client->connectTo(m_daemon.apiPort()))
        qFatal("no connection");
    client->send(RawHttpClient::request("POST", "/v1/chat/completions", {{"Authorization", "Bearer " + key}},
                                        chatBody("m:1b", "slow", R"("stream":true)")));
    if (!client->waitUntil([](const HttpResponse &response) { return response.body.contains("word"); }))
        qFatal("no stream");
    return client;
}

void ControlLiveTest::requestsAreListedAndEnded()
{
    const auto client = slowStream(m_daemon.key());
    const QJsonArray requests = jsonOf(m_admin->get("/requests"))[u"items"].toArray();
    QCOMPARE(requests.size(), 1);
    QCOMPARE(requests[0][u"user"].toString(), u"tester"_s);
    QCOMPARE(requests[0][u"model"].toString(), u"m:1b"_s);
    const QByteArray id = requests[0][u"id"].toString().toLatin1();
    QCOMPARE(client->response().header("x-request-id"), id);
    QCOMPARE(m_admin->call("DELETE", "/requests/" + id).status, 204);
    QVERIFY(client->waitForClose());
    QVERIFY(endsWithError(client->response()));
    QTRY_COMPARE(m_daemon.liveGenerations(), 0);
    QCOMPARE(jsonOf(m_admin->get("/requests"))[u"items"].toArray().size(), 0);
    QCOMPARE(problemOf(m_admin->call("DELETE", "/requests/" + id), 404), QByteArray());
    const auto record = [this, id] {
        for (const QJsonValue &item : jsonOf(m_admin->get("/usage?status=cancelled"))[u"items"].toArray()) {
            if (item[u"request_id"].toString().toLatin1() == id)
                return item[u"completion_tokens"].toInteger();
        }
        return qint64(0);
    };
    QTRY_VERIFY(record() > 0);
}

void ControlLiveTest::streamsOfARevokedKeyAreCut()
{
    const QByteArray kept = m_daemon.newKey(u"streaming"_s);
    const auto goesOn = slowStream(kept);
    QCOMPARE(m_admin->call("DELETE", "/keys/" + kept.first(16)).status, 200);
    const qint64 received = goesOn->received();
    QVERIFY(goesOn->waitUntil([&](const HttpResponse &) { return goesOn->received() > received + 1000; }));
    QCOMPARE(m_admin->patch("/settings", R"({"values":{"keys.cut_streams":true}})").status, 200);
    const QByteArray cut = m_daemon.newKey(u"streaming"_s);
    const auto ends = slowStream(cut);
    QCOMPARE(m_admin->call("DELETE", "/keys/" + cut.first(16)).status, 200);
    QVERIFY(ends->waitForClose());
    QVERIFY(endsWithError(ends->response()));
    goesOn->reset();
    QTRY_COMPARE(m_daemon.liveGenerations(), 0);
    QCOMPARE(m_admin->patch("/settings", R"({"values":{"keys.cut_streams":null}})").status, 200);
}

QTEST_GUILESS_MAIN(ControlLiveTest)
#include "tst_controllive.moc"
