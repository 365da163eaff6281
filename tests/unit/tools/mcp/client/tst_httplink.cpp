// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/httplink.h"
#include "tests/unit/client/tinyhttpserver.h"
#include "tests/unit/tools/mcp/client/remotefixture.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;
using namespace std::chrono_literals;

/// Tools of a server over HTTP.
class HttpLinkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void speaks_data();
    void speaks();
    void asksNothingBeforeItHasBegun();
    void hearsOfChanges();
    void beginsANewSession();
    void failsWithoutSayingWhere_data();
    void failsWithoutSayingWhere();
    void waitsNoLongerThanItMay();

private:
    QByteArray answerTo(const QByteArray &request);
    QByteArray answerToMessage(const Message &message);
    [[nodiscard]] bool isUp() const { return m_servers->states().first().isUp; }
    [[nodiscard]] int countOf(const QByteArray &part) const
    {
        return int(std::ranges::count_if(m_http->requests(),
                                         [&part](const QByteArray &request) { return request.contains(part); }));
    }
    Result<ToolResult> call() const { return QCoro::waitFor(m_catalogue->call(u"far__t"_s, "{}", {})); }
    void connect();

    const SystemClock m_clock;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<TaskScope> m_scope;
    std::unique_ptr<TinyHttpServer> m_http;
    std::unique_ptr<RemoteServers> m_servers;
    bool m_isStream = false;
    QByteArray m_session;
    QByteArray m_onGet;
    std::optional<QByteArray> m_onCall;
    std::optional<QByteArray> m_onInitialized;
    QByteArray m_tool;
};

static QByteArray reply(const char *status, const char *type, const QByteArray &body, const QByteArray &headers = {})
{
    return QByteArray("HTTP/1.1 ") + status + "\r\nContent-Type: " + type + "\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

static QByteArray eventOf(const QByteArray &message) { return "event: message\r\ndata: " + message + "\r\n\r\n"; }

static const char *methodNotAllowed = "405 Method Not Allowed";

void HttpLinkTest::init()
{
    m_isStream = false;
    m_session = "one";
    m_onGet = reply(methodNotAllowed, "text/plain", {});
    m_onCall.reset();
    m_onInitialized.reset();
    m_tool = "t";
    m_catalogue = std::make_unique<Catalogue>(ToolList(), m_clock);
    m_scope = std::make_unique<TaskScope>();
    m_http = std::make_unique<TinyHttpServer>([this](const QByteArray &request) { return answerTo(request); });
    RemoteTimes times = shortTimes();
    times.answer = 2s;
    times.ping = 100ms;
    m_servers = std::make_unique<RemoteServers>([this](ToolList tools) { m_catalogue->setFurther(std::move(tools)); },
                                                *m_scope, &RemoteServers::linkTo, times);
}

void HttpLinkTest::cleanup()
{
    m_scope->requestStop();
    QCoro::waitFor(m_scope->join());
    m_servers.reset();
}

void HttpLinkTest::connect()
{
    QUrl url = m_http->url();
    url.setPath(u"/mcp"_s);
    m_servers->setServers({{u"far"_s, url, "secret-token", {}, true}});
    QTRY_VERIFY(isUp());
}

QByteArray HttpLinkTest::answerTo(const QByteArray &request)
{
    if (request.startsWith("GET "))
        return m_onGet;
    if (request.startsWith("DELETE "))
        return reply("200 OK", "application/json", "{}");
    const auto messages = readMessages(QByteArrayView(request).sliced(request.indexOf("\r\n\r\n") + 4));
    const Message &message = messages->list.first();
    const QByteArray line = "Mcp-Session-Id: " + m_session + "\r\n";
    if (message.method != "initialize" && !request.toLower().contains(line.toLower()))
        return reply("404 Not Found", "application/json", "{}");
    if (message.method == "notifications/initialized" && m_onInitialized)
        return *m_onInitialized;
    if (message.kind != Message::Kind::Request)
        return reply("202 Accepted", "text/plain", {});
    if (message.method == "tools/call" && m_onCall)
        return *m_onCall;
    const QByteArray text = resultText(message.id, answerToMessage(message));
    const QByteArray headers = message.method == "initialize" ? line : QByteArray();
    if (m_isStream)
        return reply("200 OK", "text/event-stream; charset=utf-8", ": hello\r\n\r\n" + eventOf(text), headers);
    return reply("200 OK", "application/json", text, headers);
}

QByteArray HttpLinkTest::answerToMessage(const Message &message)
{
    if (message.method == "initialize")
        return "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}";
    if (message.method == "tools/list")
        return "{\"tools\":[{\"name\":\"" + m_tool + "\",\"inputSchema\":{\"type\":\"object\"}}]}";
    if (message.method == "tools/call")
        return "{\"content\":[" + textBlock(u"done"_s) + "],\"structuredContent\":{\"x\":1}}";
    return "{}";
}

void HttpLinkTest::speaks_data()
{
    QTest::addColumn<bool>("isStream");
    QTest::newRow("JSON") << false;
    QTest::newRow("events") << true;
}

void HttpLinkTest::speaks()
{
    QFETCH(const bool, isStream);
    m_isStream = isStream;
    connect();
    const auto result = call();
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QCOMPARE(result->text, u"done"_s);
    QCOMPARE(result->structured, QByteArray("{\"x\":1}"));
    QTRY_VERIFY(countOf("\"ping\"") > 1);
    for (const QByteArray &request : m_http->requests()) {
        QVERIFY(request.contains("Authorization: Bearer secret-token\r\n"));
        const QByteArray head = request.toLower();
        QCOMPARE(head.contains("\r\nmcp-protocol-version: 2025-06-18\r\n"), !head.contains("\"initialize\""));
        QCOMPARE(head.contains("\r\nmcp-session-id: one\r\n"), !head.contains("\"initialize\""));
    }
    m_servers->setServers({});
    QTRY_COMPARE(m_scope->size(), 0);
    QVERIFY(m_http->requests().back().startsWith("DELETE /mcp "));
    QCOMPARE(countOf("\"initialize\""), 1);
}

/// The server takes its time for the first notification; what overtakes it would come over another connection.
void HttpLinkTest::asksNothingBeforeItHasBegun()
{
    m_onInitialized = QByteArray(); // never, as far as this can tell
    QUrl url = m_http->url();
    url.setPath(u"/mcp"_s);
    m_servers->setServers({{u"far"_s, url, {}, {}, true}});
    QTRY_COMPARE(countOf("notifications/initialized"), 1);
    QTest::qWait(100);
    QCOMPARE(countOf("tools/list\""), 0);
    m_onInitialized.reset();
    QTRY_VERIFY(isUp()); // at the next attempt
}

void HttpLinkTest::hearsOfChanges()
{
    m_onGet = reply("200 OK", "text/event-stream", eventOf(notificationText("notifications/tools/list_changed", "{}")));
    connect();
    QTRY_VERIFY(countOf("tools/list\"") > 1);
    m_tool = "u";
    QTRY_VERIFY(m_catalogue->find(u"far__u"_s)); // the stream is opened again, and says so again
    QVERIFY(!m_catalogue->find(u"far__t"_s));
    QCOMPARE(countOf("\"initialize\""), 1);
}

void HttpLinkTest::beginsANewSession()
{
    connect();
    m_session = "two"; // the server has begun anew
    QTRY_COMPARE(countOf("\"initialize\""), 2);
    QTRY_VERIFY(isUp());
    QVERIFY(call());
}

void HttpLinkTest::failsWithoutSayingWhere_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("500") << reply("500 Oops", "text/plain", "at 127.0.0.1");
    QTest::newRow("401") << reply("401 Who", "text/plain", "at 127.0.0.1");
    QTest::newRow("redirect") << reply("307 Go", "text/plain", {}, "Location: http://127.0.0.1:9/\r\n");
    QTest::newRow("no JSON") << reply("200 OK", "application/json", "127.0.0.1");
    QTest::newRow("nothing") << reply("200 OK", "application/json", {});
    QTest::newRow("no events") << reply("200 OK", "text/event-stream", {});
    QTest::newRow("other answer") << reply("200 OK", "application/json", resultText("12345", "{}"));
    QTest::newRow("error") << reply("200 OK", "application/json", errorText("3", RpcCode::ServerError, u"127.0.0.1"_s));
    QTest::newRow("too large") << reply("200 OK", "application/json", QByteArray(2 * 1024 * 1024, ' '));
    QTest::newRow("large event") << reply("200 OK", "text/event-stream", "data: " + QByteArray(2 * 1024 * 1024, ' '));
    QTest::newRow("no HTTP") << QByteArray("127.0.0.1\r\n\r\n");
}

void HttpLinkTest::failsWithoutSayingWhere()
{
    QFETCH(const QByteArray, answer);
    connect();
    m_onCall = answer;
    const auto result = call();
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::BadGateway);
    QVERIFY2(!result.error().message.contains(u"127.0.0.1"_s), qUtf8Printable(result.error().message));
    m_onCall.reset();
    QVERIFY(call()); // one failed call is not the end
}

void HttpLinkTest::waitsNoLongerThanItMay()
{
    connect();
    m_onCall = QByteArray(); // never
    const auto result = call();
    QCOMPARE(result.error().code, ErrorCode::Timeout);
    QTRY_VERIFY(countOf("notifications/cancelled") == 1);
    m_onCall.reset();
    QVERIFY(call());
}

QTEST_GUILESS_MAIN(HttpLinkTest)
#include "tst_httplink.moc"
