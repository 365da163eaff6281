// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtureserver.h"
#include "tests/support/fakeclock.h"
#include "tests/support/rawhttpclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QTimer>

using namespace moe::test;
using namespace moe::tools::mcp;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Both transports of the protocol with real sockets, on the suite's tools.
class McpTransportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wantsTheKey();
    void beginsAndEndsASession();
    void refuses_data();
    void refuses();
    void answersInTheFormThatIsTaken();
    void takesBatchesWhereTheRevisionHasThem();
    void takesNotifications();
    void resumesACutStream();
    void cancelsACall();
    void listensUntilTheSessionEnds();
    void keepsSessionsApartFromStrangers();
    void speaksTheOlderTransport();
    void olderStreamsHaveNoDeadline();
    void olderPostsAreAcceptedAtOnce();
    void endsTheOlderSessionWithItsStream();
    void endsABusyStreamWhoseKeyIsRevoked();
    void streamsKeepTheirSessionInUse();
    void slowReadersLoseNothing();
    void cutsWhoeverIsTooSlow();

private:
    using Headers = RawHttpClient::Headers;
    static HttpResponse postTo(quint16 port, const QByteArray &body, const Headers &more = {},
                               const QByteArray &path = "/mcp");
    HttpResponse post(const QByteArray &body, const Headers &more = {}, const QByteArray &path = "/mcp")
    {
        return postTo(m_server.port(), body, more, path);
    }
    QByteArray begin(QByteArrayView revision) { return beginAt(m_server.port(), revision); }
    static QByteArray beginAt(quint16 port, QByteArrayView revision);
    static Headers within(const QByteArray &session, const QByteArray &accept = "application/json, text/event-stream")
    {
        return {{"Mcp-Session-Id", session}, {"Accept", accept}, {"Authorization", FixtureServer::authorization()}};
    }
    static bool openOlder(RawHttpClient &stream, quint16 port);

    FixtureServer m_server;
};

static QByteArray callOf(const char *id, const char *tool)
{
    const QByteArray params = "{\"name\":\"" + QByteArray(tool) + "\",\"arguments\":{}}";
    return requestText(id, "tools/call", params);
}

static QJsonObject objectOf(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

HttpResponse McpTransportTest::postTo(quint16 port, const QByteArray &body, const Headers &more, const QByteArray &path)
{
    RawHttpClient client;
    Headers headers = more;
    if (!std::ranges::contains(more, "Authorization"_ba, &std::pair<QByteArray, QByteArray>::first))
        headers.append({"Authorization", FixtureServer::authorization()});
    if (!client.connectTo(port) || !client.exchange(RawHttpClient::request("POST", path, headers, body)))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

/// A new session's id.
QByteArray McpTransportTest::beginAt(quint16 port, QByteArrayView revision)
{
    const QByteArray params = "{\"protocolVersion\":\"" + revision.toByteArray()
        + "\",\"capabilities\":{\"sampling\":{}},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}";
    const HttpResponse answer = postTo(port, requestText("1", "initialize", params));
    if (answer.status != 200)
        qWarning("initialize: %d %s", answer.status, answer.body.constData());
    return answer.header("Mcp-Session-Id").value_or(QByteArray());
}

/// The older transport's stream, up to its first event.
bool McpTransportTest::openOlder(RawHttpClient &stream, quint16 port)
{
    if (!stream.connectTo(port))
        return false;
    stream.send(RawHttpClient::request("GET", "/mcp/sse", {{"Authorization", FixtureServer::authorization()}}));
    return stream.waitUntil([](const HttpResponse &response) { return !response.events().isEmpty(); });
}

void McpTransportTest::wantsTheKey()
{
    const HttpResponse answer = post(requestText("1", "initialize", "{}"), {{"Authorization", "Bearer other"}});
    QCOMPARE(answer.status, 401);
}

void McpTransportTest::beginsAndEndsASession()
{
    const QByteArray session = begin("2025-06-18");
    QCOMPARE(session.size(), 32);
    QCOMPARE(post(requestText("2", "ping", "{}"), within(session)).status, 200);
    RawHttpClient client;
    QVERIFY(client.connectTo(m_server.port()));
    QVERIFY(client.exchange(RawHttpClient::request("DELETE", "/mcp", within(session))));
    QCOMPARE(client.response().status, 200);
    QCOMPARE(post(requestText("3", "ping", "{}"), within(session)).status, 404);
}

void McpTransportTest::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    const QByteArray ping = requestText("1", "ping", "{}");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &header, const QByteArray &value,
                        int status, int code) { QTest::newRow(name) << body << header << value << status << code; };
    row("no session", ping, "X-Nothing", "1", 400, -32000);
    row("unknown session", ping, "Mcp-Session-Id", "0123", 404, -32000);
    row("no JSON", "{", "X-Nothing", "1", 400, -32700);
    row("empty", "", "X-Nothing", "1", 400, -32700);
    row("no message", "{}", "X-Nothing", "1", 400, -32600);
    row("empty batch", "[]", "X-Nothing", "1", 400, -32600);
    row("other site", ping, "Origin", "https://evil.example.org", 403, -32000);
    row("no site", ping, "Origin", "null", 403, -32000);
    row("other revision", ping, "MCP-Protocol-Version", "1999-01-01", 400, -32000);
    row("other form", ping, "Accept", "text/html", 406, -32000);
    row("too large", QByteArray(2 * 1024 * 1024, ' '), "X-Nothing", "1", 413, -32000);
    row("bad initialize", requestText("1", "initialize", "{}"), "X-Nothing", "1", 200, -32602);
}

void McpTransportTest::refuses()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, header);
    QFETCH(const QByteArray, value);
    const HttpResponse answer = post(body, {{header, value}});
    QTEST(answer.status, "status");
    QTEST(objectOf(answer.body)[u"error"][u"code"].toInt(), "code");
    QVERIFY(!answer.header("Mcp-Session-Id"));
}

void McpTransportTest::answersInTheFormThatIsTaken()
{
    const QByteArray session = begin("2025-11-25");
    for (const QByteArray accept : {"", "application/json", "*/*;q=0.5, text/plain", "application/*"}) {
        const HttpResponse json = post(callOf("2", "test_simple_text"), within(session, accept));
        QCOMPARE(json.status, 200);
        const bool isStream = json.header("Content-Type")->startsWith("text/event-stream");
        QCOMPARE(isStream, accept.startsWith('*')); // takes both
    }
    const HttpResponse stream = post(callOf("2", "test_tool_with_logging"), within(session));
    QCOMPARE(stream.header("Content-Type"), "text/event-stream; charset=utf-8"_ba);
    QList<QJsonObject> messages;
    for (const SseEvent &event : stream.events()) {
        if (!event.data.isEmpty())
            messages.append(objectOf(event.data));
    }
    QCOMPARE(messages.size(), 4);
    QCOMPARE(messages[0][u"method"].toString(), u"notifications/message"_s);
    QCOMPARE(messages[3][u"id"].toInt(), 2);
    // Where nothing can be told meanwhile nothing is.
    const HttpResponse alone = post(callOf("2", "test_tool_with_logging"), within(session, "application/json"));
    QCOMPARE(objectOf(alone.body)[u"result"][u"content"][0][u"text"].toString(), u"Logged."_s);
    const HttpResponse listed = post(requestText("3", "tools/list", "{}"), within(session, "text/event-stream"));
    QVERIFY(listed.header("Content-Type")->startsWith("text/event-stream"));
}

void McpTransportTest::takesBatchesWhereTheRevisionHasThem()
{
    const QByteArray batch = '[' + requestText("1", "ping", "{}") + ',' + notificationText("n", "{}") + ",5,"
        + requestText("2", "nothing", "{}") + ']';
    const HttpResponse taken = post(batch, within(begin("2025-03-26"), "application/json"));
    QCOMPARE(taken.status, 200);
    const QJsonArray answers = QJsonDocument::fromJson(taken.body).array();
    QCOMPARE(answers.size(), 3);
    QCOMPARE(answers[1][u"error"][u"code"].toInt(), -32600);
    QCOMPARE(answers[2][u"error"][u"code"].toInt(), -32601);
    const HttpResponse refused = post(batch, within(begin("2025-06-18")));
    QCOMPARE(refused.status, 400);
    QCOMPARE(objectOf(refused.body)[u"error"][u"code"].toInt(), -32600);
}

void McpTransportTest::takesNotifications()
{
    const QByteArray session = begin("2025-06-18");
    const HttpResponse taken = post(notificationText("notifications/initialized", "{}"), within(session));
    QCOMPARE(taken.status, 202);
    QVERIFY(taken.body.isEmpty());
    QCOMPARE(post(resultText("7", "{}"), within(session)).status, 202); // an answer that nobody waits for
}

void McpTransportTest::resumesACutStream()
{
    const QByteArray session = begin("2025-11-25");
    RawHttpClient cut;
    QVERIFY(cut.connectTo(m_server.port()));
    cut.send(RawHttpClient::request("POST", "/mcp", within(session), callOf("5", "test_tool_with_logging")));
    QVERIFY(cut.waitUntil([](const HttpResponse &response) { return response.body.contains("execution started"); }));
    const QByteArray head = "id: ";
    QVERIFY(cut.response().body.contains("retry: "));
    const qsizetype at = cut.response().body.indexOf(head) + head.size();
    const QByteArray first
        = cut.response().body.sliced(at, cut.response().body.indexOf('\n', at) - at); // the empty one
    cut.reset();

    RawHttpClient again;
    QVERIFY(again.connectTo(m_server.port()));
    QVERIFY(again.exchange(RawHttpClient::request(
        "GET", "/mcp", within(session, "text/event-stream") + Headers{{"Last-Event-ID", first}})));
    QList<QJsonObject> messages;
    for (const SseEvent &event : again.response().events())
        messages.append(objectOf(event.data));
    QCOMPARE(messages.size(), 4); // all of it, and its end
    QCOMPARE(messages[3][u"result"][u"content"][0][u"text"].toString(), u"Logged."_s);
}

void McpTransportTest::cancelsACall()
{
    const QByteArray session = begin("2025-06-18");
    RawHttpClient caller;
    QVERIFY(caller.connectTo(m_server.port()));
    caller.send(RawHttpClient::request("POST", "/mcp", within(session),
                                       requestText("9", "tools/call", "{\"name\":\"test_sampling\"}")));
    QVERIFY(caller.waitUntil([](const HttpResponse &response) { return response.body.contains("createMessage"); }));
    QCOMPARE(post(notificationText("notifications/cancelled", "{\"requestId\":9}"), within(session)).status, 202);
    QVERIFY(caller.waitForResponse());
    QVERIFY(!caller.response().body.contains("\"result\""));
}

void McpTransportTest::listensUntilTheSessionEnds()
{
    const QByteArray session = begin("2025-06-18");
    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_server.port()));
    listener.send(RawHttpClient::request("GET", "/mcp", within(session, "text/event-stream")));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    RawHttpClient other;
    QVERIFY(other.connectTo(m_server.port()));
    QVERIFY(other.exchange(RawHttpClient::request("GET", "/mcp", within(session, "application/json"))));
    QCOMPARE(other.response().status, 406);
    other.nextResponse();
    QVERIFY(other.exchange(RawHttpClient::request("DELETE", "/mcp", within(session))));
    QVERIFY(listener.waitForResponse());
}

void McpTransportTest::keepsSessionsApartFromStrangers()
{
    const QByteArray first = begin("2025-06-18");
    const QByteArray second = begin("2025-06-18");
    QVERIFY(first != second);
    RawHttpClient caller;
    QVERIFY(caller.connectTo(m_server.port()));
    caller.send(RawHttpClient::request("POST", "/mcp", within(first), callOf("9", "test_tool_with_logging")));
    QCOMPARE(post(notificationText("notifications/cancelled", "{\"requestId\":9}"), within(second)).status, 202);
    QVERIFY(caller.waitForResponse());
    QVERIFY(caller.response().body.contains("\"result\"")); // the other session's call of that id goes on
}

void McpTransportTest::speaksTheOlderTransport()
{
    RawHttpClient stream;
    QVERIFY(openOlder(stream, m_server.port()));
    const SseEvent endpoint = stream.response().events().first();
    QCOMPARE(endpoint.event, "endpoint"_ba);
    QVERIFY(endpoint.data.startsWith("/mcp/sse?sessionId="));
    QCOMPARE(post(requestText("1", "initialize", "{\"protocolVersion\":\"2024-11-05\"}"), {}, endpoint.data).status,
             202);
    QCOMPARE(post("{", {}, endpoint.data).status, 400);
    QCOMPARE(post(callOf("2", "test_simple_text"), {}, endpoint.data).status, 202);
    QVERIFY(stream.waitUntil([](const HttpResponse &response) { return response.events().size() == 3; }));
    QCOMPARE(objectOf(stream.response().events()[1].data)[u"result"][u"protocolVersion"].toString(), u"2024-11-05"_s);
    QCOMPARE(objectOf(stream.response().events()[2].data)[u"id"].toInt(), 2);
}

void McpTransportTest::endsTheOlderSessionWithItsStream()
{
    RawHttpClient stream;
    QVERIFY(openOlder(stream, m_server.port()));
    const QByteArray endpoint = stream.response().events().first().data;
    QCOMPARE(post(notificationText("n", "{}"), {}, endpoint).status, 202);
    stream.reset();
    QTRY_COMPARE(post(notificationText("n", "{}"), {}, endpoint).status, 404);
    QCOMPARE(post(notificationText("n", "{}"), {}, "/mcp/sse").status, 404);
}

static bool hasHeartbeats(const HttpResponse &response, qsizetype count)
{
    const auto isHeartbeat = [](const SseEvent &event) { return !event.comment.isEmpty(); };
    return std::ranges::count_if(response.events(), isHeartbeat) >= count;
}

void McpTransportTest::olderStreamsHaveNoDeadline()
{
    FixtureServer server({.request = 100ms, .checkEvery = 20ms});
    RawHttpClient stream;
    QVERIFY(openOlder(stream, server.port()));
    const QByteArray endpoint = stream.response().events().first().data;
    // For longer than any other request may take.
    QVERIFY(stream.waitUntil([](const HttpResponse &response) { return hasHeartbeats(response, 15); }));
    QCOMPARE(postTo(server.port(), notificationText("n", "{}"), {}, endpoint).status, 202);
}

void McpTransportTest::olderPostsAreAcceptedAtOnce()
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

void McpTransportTest::endsABusyStreamWhoseKeyIsRevoked()
{
    FixtureServer server({.checkEvery = 50ms});
    const QByteArray session = beginAt(server.port(), "2025-06-18");
    BusyListener listener(server, within(session, "text/event-stream"));
    QVERIFY(listener.hasEvents(30)); // it is past the first check
    server.revokeKey();
    QVERIFY(listener.waitForClose());
    QCOMPARE(postTo(server.port(), requestText("2", "ping", "{}"), within(session)).status, 401);
}

void McpTransportTest::streamsKeepTheirSessionInUse()
{
    FakeClock clock;
    FixtureServer server({.checkEvery = 20ms, .sessions = &clock});
    const QByteArray session = beginAt(server.port(), "2025-06-18");
    BusyListener listener(server, within(session, "text/event-stream"));
    for (int i = 0; i < 3; ++i) {
        clock.advance(20min);
        QVERIFY(listener.hasEvents(listener.events() + 40)); // it is looked at meanwhile
    }
    QVERIFY(!beginAt(server.port(), "2025-06-18").isEmpty()); // others that are idle end
    QCOMPARE(postTo(server.port(), requestText("2", "ping", "{}"), within(session)).status, 200);
}

void McpTransportTest::slowReadersLoseNothing()
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

void McpTransportTest::cutsWhoeverIsTooSlow()
{
    const QByteArray session = begin("2025-06-18");
    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_server.port()));
    listener.send(RawHttpClient::request("GET", "/mcp", within(session, "text/event-stream")));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    listener.stopReading();
    const auto stream = m_server.sessions().find(session, moe::KeyId(1))->mainStream();
    while (!stream->isFinished())
        stream->send('"' + QByteArray(100'000, 'x') + '"');
    listener.resumeReading();
    QVERIFY(listener.waitForClose());
    QVERIFY(!listener.response().isComplete); // it is to see that something is missing
}

QTEST_GUILESS_MAIN(McpTransportTest)
#include "tst_mcptransport.moc"
