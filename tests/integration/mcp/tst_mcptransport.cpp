// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtureserver.h"
#include "tests/integration/mcp/transportclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace moe::test;
using namespace moe::tools::mcp;
using namespace Qt::StringLiterals;

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
    void endsTheOlderSessionWithItsStream();

private:
    using Headers = RawHttpClient::Headers;
    HttpResponse post(const QByteArray &body, const Headers &more = {}, const QByteArray &path = "/mcp")
    {
        return postTo(m_server.port(), body, more, path);
    }
    QByteArray begin(QByteArrayView revision) { return beginSession(m_server.port(), revision); }

    FixtureServer m_server;
};

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

QTEST_GUILESS_MAIN(McpTransportTest)
#include "tst_mcptransport.moc"
