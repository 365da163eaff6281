// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/headerproxy.h"
#include "tests/integration/mcp/transportclient.h"
#include "tests/support/fakeclock.h"

#include <QTest>
#include <QTimer>

using namespace moe::test;
using namespace moe::tools::mcp;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// How long streams and sessions last, who is cut, and what is not begun at all.
class McpStreamsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void olderStreamsHaveNoDeadline();
    void olderPostsAreAcceptedAtOnce();
    void endsABusyStreamWhoseKeyIsRevoked();
    void streamsKeepTheirSessionInUse();
    void slowReadersLoseNothing();
    void cutsWhoeverIsTooSlow();
    void hasNoHeadsOfStreams();
    void resumesNothingElse();
    void keepsSessionsForThoseThatBegin();
    void proxyAddsTheKey();

private:
    using Headers = RawHttpClient::Headers;
    HttpResponse post(const QByteArray &body, const Headers &more = {}, const QByteArray &path = "/mcp")
    {
        return postTo(m_server.port(), body, more, path);
    }
    QByteArray begin(QByteArrayView revision) { return beginSession(m_server.port(), revision); }

    FixtureServer m_server;
};

static bool hasHeartbeats(const HttpResponse &response, qsizetype count)
{
    const auto isHeartbeat = [](const SseEvent &event) { return !event.comment.isEmpty(); };
    return std::ranges::count_if(response.events(), isHeartbeat) >= count;
}

void McpStreamsTest::olderStreamsHaveNoDeadline()
{
    FixtureServer server({.request = 100ms, .checkEvery = 20ms});
    RawHttpClient stream;
    QVERIFY(openOlder(stream, server.port()));
    const QByteArray endpoint = stream.response().events().first().data;
    // For longer than any other request may take.
    QVERIFY(stream.waitUntil([](const HttpResponse &response) { return hasHeartbeats(response, 15); }));
    QCOMPARE(postTo(server.port(), notificationText("n", "{}"), {}, endpoint).status, 202);
}

void McpStreamsTest::olderPostsAreAcceptedAtOnce()
{
    RawHttpClient stream;
    QVERIFY(openOlder(stream, m_server.port()));
    const QByteArray endpoint = stream.response().events().first().data;
    const QByteArray params = "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"sampling\":{}}}";
    QCOMPARE(post(requestText("1", "initialize", params), {}, endpoint).status, 202);
    // Calls that wait for the client, which cannot do anything before it has been answered.
    for (const QByteArray id : {"2", "3"})
        QCOMPARE(post(requestText(id, "tools/call", "{\"name\":\"test_sampling\"}"), {}, endpoint).status, 202);
    const auto hasEvents = [&stream](qsizetype count) {
        return stream.waitUntil([count](const HttpResponse &response) { return response.events().size() == count; });
    };
    QVERIFY(hasEvents(4));
    const QJsonObject question = objectOf(stream.response().events()[3].data);
    QCOMPARE(question[u"method"].toString(), u"sampling/createMessage"_s);
    QCOMPARE(post(notificationText("notifications/cancelled", "{\"requestId\":2}"), {}, endpoint).status, 202);
    QCOMPARE(post(resultText(QByteArray::number(question[u"id"].toInt()), "{\"ok\":1}"), {}, endpoint).status, 202);
    QVERIFY(hasEvents(5));
    QCOMPARE(objectOf(stream.response().events()[4].data)[u"id"].toInt(), 3); // what was cancelled has no answer
    QCOMPARE(post(requestText("4", "tools/call", "{\"name\":\"test_sampling\"}"), {}, endpoint).status, 202);
    stream.reset(); // and what is under way ends with its stream: else the server could not end
}

/// A client that listens to what comes all the time.
class BusyListener
{
public:
    BusyListener(FixtureServer &server, const RawHttpClient::Headers &headers)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [&server] { server.sessions().tellAll("{}"); });
        m_timer.start(5ms);
        if (m_client.connectTo(server.port()))
            m_client.send(RawHttpClient::request("GET", "/mcp", headers));
    }
    /// Events from the beginning.
    [[nodiscard]] bool hasEvents(qsizetype count)
    {
        return m_client.waitUntil([count](const HttpResponse &response) { return response.events().size() >= count; });
    }
    [[nodiscard]] qsizetype events() const { return m_client.response().events().size(); }
    [[nodiscard]] bool waitForClose() { return m_client.waitForClose(); }

private:
    RawHttpClient m_client;
    QTimer m_timer;
};

void McpStreamsTest::endsABusyStreamWhoseKeyIsRevoked()
{
    FixtureServer server({.checkEvery = 50ms});
    const QByteArray session = beginSession(server.port(), "2025-06-18");
    BusyListener listener(server, within(session, "text/event-stream"));
    QVERIFY(listener.hasEvents(30)); // it is past the first check
    server.revokeKey();
    QVERIFY(listener.waitForClose());
    QCOMPARE(postTo(server.port(), requestText("2", "ping", "{}"), within(session)).status, 401);
}

void McpStreamsTest::streamsKeepTheirSessionInUse()
{
    FakeClock clock;
    FixtureServer server({.checkEvery = 20ms, .sessions = &clock});
    const QByteArray session = beginSession(server.port(), "2025-06-18");
    BusyListener listener(server, within(session, "text/event-stream"));
    for (int i = 0; i < 3; ++i) {
        clock.advance(20min);
        QVERIFY(listener.hasEvents(listener.events() + 40)); // it is looked at meanwhile
    }
    QVERIFY(!beginSession(server.port(), "2025-06-18").isEmpty()); // others that are idle end
    QCOMPARE(postTo(server.port(), requestText("2", "ping", "{}"), within(session)).status, 200);
}

void McpStreamsTest::slowReadersLoseNothing()
{
    constexpr int count = 400;
    const QByteArray session = begin("2025-06-18");
    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_server.port()));
    listener.send(RawHttpClient::request("GET", "/mcp", within(session, "text/event-stream")));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    listener.stopReading();
    const auto stream = m_server.sessions().find(session, moe::KeyId(1))->mainStream();
    for (int i = 0; i < count; ++i)
        stream->send("{\"text\":\"" + QByteArray(16'000, 'x') + "\",\"number\":" + QByteArray::number(i) + '}');
    listener.resumeReading();
    QVERIFY(
        listener.waitUntil([](const HttpResponse &response) { return response.body.contains("\"number\":399}\n\n"); }));
    const QList<SseEvent> events = listener.response().events();
    for (int i = 0; i < count; ++i)
        QCOMPARE(objectOf(events[i].data)[u"number"].toInt(-1), i);
}

void McpStreamsTest::cutsWhoeverIsTooSlow()
{
    const QByteArray session = begin("2025-06-18");
    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_server.port()));
    listener.send(RawHttpClient::request("GET", "/mcp", within(session, "text/event-stream")));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    listener.stopReading();
    const auto stream = m_server.sessions().find(session, moe::KeyId(1))->mainStream();
    for (int i = 0; i < 200 && !stream->isFinished(); ++i) // 20 MB
        stream->send('"' + QByteArray(100'000, 'x') + '"');
    listener.resumeReading();
    QVERIFY(listener.waitForClose());
    QVERIFY(!listener.response().isComplete); // it is to see that something is missing
}

void McpStreamsTest::hasNoHeadsOfStreams()
{
    const QByteArray session = begin("2025-06-18");
    const std::size_t before = m_server.sessions().size();
    for (const QByteArray path : {"/mcp", "/mcp/sse"}) {
        RawHttpClient client;
        QVERIFY(client.connectTo(m_server.port()));
        client.nextResponse(true);
        QVERIFY(client.exchange(RawHttpClient::request("HEAD", path, within(session, "text/event-stream"))));
        QCOMPARE(client.response().status, 405);
        QVERIFY(client.response().header("Allow")->contains("GET"));
    }
    QCOMPARE(m_server.sessions().size(), before);
}

void McpStreamsTest::resumesNothingElse()
{
    const QByteArray session = begin("2025-06-18");
    for (const QByteArray id : {"99-1", "x", "1", "1-x", "-1"}) {
        RawHttpClient client;
        QVERIFY(client.connectTo(m_server.port()));
        QVERIFY(client.exchange(RawHttpClient::request(
            "GET", "/mcp", within(session, "text/event-stream") + Headers{{"Last-Event-ID", id}})));
        QCOMPARE(client.response().status, 404);
        QCOMPARE(objectOf(client.response().body)[u"error"][u"code"].toInt(), -32000);
    }
}

void McpStreamsTest::keepsSessionsForThoseThatBegin()
{
    const QByteArray session = begin("2025-06-18");
    for (int i = 0; i < 70; ++i) // more than a key may have
        QCOMPARE(post(requestText("1", "initialize", "{\"protocolVersion\":5}")).status, 200);
    QCOMPARE(post(requestText("2", "ping", "{}"), within(session)).status, 200);
}

/// What the conformance suite relies on.
void McpStreamsTest::proxyAddsTheKey()
{
    const HeaderProxy proxy(m_server.port(), "Authorization: " + FixtureServer::authorization());
    const QByteArray initialize = requestText("1", "initialize", "{\"protocolVersion\":\"2025-06-18\"}");
    const Headers chunked{{"Transfer-Encoding", "chunked"}};
    RawHttpClient client;
    QVERIFY(client.connectTo(proxy.port()));
    for (int round = 0; round < 2; ++round) { // both on one connection
        QVERIFY(client.exchange(RawHttpClient::request("POST", "/mcp", {}, initialize)));
        QCOMPARE(client.response().status, 200);
        client.nextResponse();
        client.send(RawHttpClient::request("POST", "/mcp", chunked) + "10\r\n");
        client.send(initialize.first(16) + "\r\n" + QByteArray::number(initialize.size() - 16, 16) + "\r\n");
        QVERIFY(client.exchange(initialize.sliced(16) + "\r\n0\r\n\r\n"));
        QCOMPARE(client.response().status, 200);
        client.nextResponse();
    }
    const QByteArray session = begin("2025-06-18");
    const Headers stream{{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}};
    client.send(RawHttpClient::request("POST", "/mcp", stream, callOf("5", "test_tool_with_logging")));
    QVERIFY(client.waitUntil([](const HttpResponse &response) { return response.body.contains("started"); }));
    QVERIFY(client.waitForResponse());
    client.nextResponse();
    const Headers foreign{{"Origin", "https://evil.example.org"}};
    QVERIFY(client.exchange(RawHttpClient::request("POST", "/mcp", foreign, initialize)));
    QCOMPARE(client.response().status, 403);
}

QTEST_GUILESS_MAIN(McpStreamsTest)
#include "tst_mcpstreams.moc"
