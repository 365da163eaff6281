// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/mcpbridge.h"
#include "tests/unit/client/tinyhttpserver.h"

#include <QElapsedTimer>
#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What goes between a client's pipes and a tool server.
class McpBridgeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { end(); }
    void answersWhatIsUnderWay();
    void waitsNoLongerThanItMay();
    void passesOnWhatTheServerRefuses();
    void refusesWhatIsNoJson();
    void beginsOneSessionForAll();
    void triesAgainAfterwards();
    void hearsTheServer();
    void listensNoMoreIfThereIsNothing();
    void takesManyAtATime();

private:
    QByteArray answerTo(const QByteArray &request);
    void take(const QByteArray &line) { QCoro::waitFor(m_bridge->take(line)); }
    void end() { QCoro::waitFor(m_bridge->end(1s)); }
    void begin();
    [[nodiscard]] qsizetype countOf(const QByteArray &part) const
    {
        return std::ranges::count_if(m_http->requests(), [&part](const auto &text) { return text.contains(part); });
    }

    std::unique_ptr<TinyHttpServer> m_http;
    std::unique_ptr<moectl::McpBridge> m_bridge;
    QByteArrayList m_written;
    QByteArray m_session;
    QByteArray m_onGet;
    QByteArray m_onCall;
    bool m_isRefusing = false;
};

static QByteArray reply(const char *status, const QByteArray &body, const char *type = "application/json",
                        const QByteArray &headers = {})
{
    return QByteArray("HTTP/1.1 ") + status + "\r\nContent-Type: " + type + "\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

static const QByteArray answered = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

static QByteArray requestOf(int id)
{
    return "{\"jsonrpc\":\"2.0\",\"id\":" + QByteArray::number(id) + ",\"method\":\"tools/call\"}";
}

void McpBridgeTest::init()
{
    m_written.clear();
    m_session = "one";
    m_onGet = reply("405 Method Not Allowed", {});
    m_onCall = reply("200 OK", answered);
    m_isRefusing = false;
    m_http = std::make_unique<TinyHttpServer>([this](const QByteArray &request) { return answerTo(request); });
    client::HttpServer server;
    server.url = m_http->url();
    server.token = "key";
    m_bridge = std::make_unique<moectl::McpBridge>(
        *client::HttpTransport::create(server), [this](const QByteArray &line) { m_written.append(line); },
        [](const QByteArray &) {});
}

QByteArray McpBridgeTest::answerTo(const QByteArray &request)
{
    if (request.startsWith("GET "))
        return m_onGet;
    if (request.startsWith("DELETE "))
        return reply("200 OK", {});
    if (request.contains("\"initialize\"") && m_isRefusing)
        return reply("503 Busy", {});
    if (request.contains("\"initialize\""))
        return reply("200 OK", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-11-25\"}}",
                     "application/json", "Mcp-Session-Id: " + m_session + "\r\n");
    if (!request.toLower().contains(QByteArray("\r\nmcp-session-id: " + m_session + "\r\n")))
        return reply("404 Not Found", {});
    if (request.contains("notifications/"))
        return reply("202 Accepted", {});
    return m_onCall;
}

void McpBridgeTest::begin()
{
    take("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}");
    QCOMPARE(m_written.size(), 1);
    take("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    QCOMPARE(countOf("notifications/initialized"), 1);
    m_written.clear();
}

void McpBridgeTest::answersWhatIsUnderWay()
{
    begin();
    take(requestOf(7));
    QCOMPARE(m_written, QByteArrayList());
    end();
    QCOMPARE(m_written, QByteArrayList{answered});
    QCOMPARE(countOf("DELETE /mcp "), 1);
}

void McpBridgeTest::waitsNoLongerThanItMay()
{
    begin();
    m_onCall.clear(); // never
    take(requestOf(7));
    QElapsedTimer timer;
    timer.start();
    end();
    QCOMPARE_GE(timer.elapsed(), 950);
    QCOMPARE_LT(timer.elapsed(), 2'900);
    QCOMPARE(m_written, QByteArrayList());
}

void McpBridgeTest::passesOnWhatTheServerRefuses()
{
    begin();
    const QByteArray error = "\"error\":{\"code\":-32602,\"message\":\"no\",\"data\":{\"x\":1}}}";
    m_onCall = reply("400 Bad", "{\"jsonrpc\":\"2.0\",\"id\":7," + error);
    take(requestOf(7));
    QTRY_COMPARE(m_written, QByteArrayList{QByteArray("{\"jsonrpc\":\"2.0\",\"id\":7," + error)});
    m_onCall = reply("400 Bad", "{\"jsonrpc\":\"2.0\",\"id\":null," + error);
    take(requestOf(8));
    QTRY_COMPARE(m_written.size(), 2);
    QCOMPARE(m_written.last(), QByteArray("{\"jsonrpc\":\"2.0\",\"id\":8," + error));
    m_onCall = reply("500 Oops", "{\"error\":\"broken\"}");
    take(requestOf(9));
    QTRY_COMPARE(m_written.size(), 3);
    QVERIFY(m_written.last().contains("\"id\":9"));
    QVERIFY(m_written.last().contains("-32000"));
    QVERIFY(m_written.last().contains("broken"));
}

void McpBridgeTest::refusesWhatIsNoJson()
{
    take("no JSON");
    QCOMPARE(m_written.size(), 1);
    QVERIFY(m_written.first().startsWith("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"));
    QVERIFY(m_http->requests().empty());
}

void McpBridgeTest::beginsOneSessionForAll()
{
    begin();
    m_session = "two";
    for (int i = 0; i < 5; ++i)
        take(requestOf(7));
    QTRY_COMPARE(m_written.size(), 5);
    QCOMPARE(m_written, QByteArrayList(5, answered));
    QCOMPARE(countOf("\"initialize\""), 2);
    QCOMPARE(countOf("notifications/initialized"), 2);
}

void McpBridgeTest::triesAgainAfterwards()
{
    begin();
    m_session = "two";
    m_isRefusing = true;
    take(requestOf(7));
    QTRY_COMPARE(m_written.size(), 1);
    QVERIFY(m_written.first().contains("-32000"));
    m_isRefusing = false;
    take(requestOf(7));
    QTRY_COMPARE(m_written.size(), 2);
    QCOMPARE(m_written.last(), answered);
}

void McpBridgeTest::hearsTheServer()
{
    const QByteArray change = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";
    m_onGet = reply("200 OK", "retry: 1100\ndata: " + change + "\n\n", "text/event-stream");
    QElapsedTimer timer;
    timer.start();
    take("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}");
    m_written.clear();
    QTRY_COMPARE(m_written, QByteArrayList{change});
    QVERIFY(m_http->requests().back().toLower().contains("\r\nmcp-session-id: one\r\n"));
    QTRY_COMPARE(m_written, (QByteArrayList{change, change})); // the stream is opened again
    QCOMPARE_GE(timer.elapsed(), 1'090);
    m_onGet.clear(); // stays open
    QTRY_COMPARE(countOf("GET /mcp "), 3);
    timer.restart();
    end();
    QCOMPARE_LT(timer.elapsed(), 900); // and keeps nobody
}

void McpBridgeTest::listensNoMoreIfThereIsNothing()
{
    begin();
    QTRY_COMPARE(countOf("GET /mcp "), 1);
    QTest::qWait(1'300);
    QCOMPARE(countOf("GET /mcp "), 1);
}

void McpBridgeTest::takesManyAtATime()
{
    begin();
    m_onCall.clear(); // each waits for ever
    for (int i = 0; i < 30; ++i)
        take(requestOf(i));
    QTRY_COMPARE(countOf("tools/call"), 30);
}

QTEST_GUILESS_MAIN(McpBridgeTest)
#include "tst_mcpbridge.moc"
