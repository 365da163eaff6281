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
    void opensStreamsAgain_data();
    void opensStreamsAgain();
    void livesWithoutAStream_data();
    void livesWithoutAStream();
    void beginsANewSession();
    void hearsThatItsSessionIsOver();
    void takesTheRestOfAnAnswer_data();
    void takesTheRestOfAnAnswer();
    void waitsForTheRestNoLongerThanItMay();
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
    QByteArrayList m_onResume; ///< to what goes on after an event
    std::optional<QByteArray> m_onCall;
    std::optional<QByteArray> m_onInitialized;
    QByteArray m_callId;
    QByteArray m_tool;
};

static QByteArray reply(const char *status, const char *type, const QByteArray &body, const QByteArray &headers = {})
{
    return QByteArray("HTTP/1.1 ") + status + "\r\nContent-Type: " + type + "\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

static QByteArray eventOf(const QByteArray &message) { return "event: message\r\ndata: " + message + "\r\n\r\n"; }

static QByteArray eventsOf(const QByteArray &text, const QByteArray &headers = {})
{
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n" + headers + "\r\n" + text;
}

/// Less comes than the head says.
static QByteArray cutEventsOf(const QByteArray &text) { return eventsOf(text, "Content-Length: 999999\r\n"); }

static const QByteArray answerToCall
    = "{\"content\":[{\"type\":\"text\",\"text\":\"done\"}],\"structuredContent\":{\"x\":1}}";
static const char *methodNotAllowed = "405 Method Not Allowed";

void HttpLinkTest::init()
{
    m_isStream = false;
    m_session = "one";
    m_onGet = reply(methodNotAllowed, "text/plain", {});
    m_onResume.clear();
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
                                                *m_scope,
                                                [](const RemoteConfig &config) -> Result<std::shared_ptr<Link>> {
                                                    return httpLink(config.url, config.token, {}, {10ms, 160ms, 1h});
                                                },
                                                times);
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
    if (request.startsWith("GET ") && request.contains("\r\nLast-Event-ID: ") && !m_onResume.isEmpty())
        return m_onResume.takeFirst().replace("ANSWER", resultText(m_callId, answerToCall));
    if (request.startsWith("GET "))
        return m_onGet;
    if (request.startsWith("DELETE "))
        return reply("200 OK", "application/json", "{}");
    const auto messages = readMessages(QByteArrayView(request).sliced(request.indexOf("\r\n\r\n") + 4));
    const Message &message = messages->list.first();
    const QByteArray line = m_session.isEmpty() ? QByteArray() : QByteArray("Mcp-Session-Id: " + m_session + "\r\n");
    if (message.method != "initialize" && !request.toLower().contains(line.toLower()))
        return reply("404 Not Found", "application/json", "{}");
    if (message.method == "notifications/initialized" && m_onInitialized)
        return *m_onInitialized;
    if (message.kind != Message::Kind::Request)
        return reply("202 Accepted", "text/plain", {});
    if (message.method == "tools/call") {
        m_callId = message.id;
        if (m_onCall)
            return QByteArray(*m_onCall).replace("ANSWER", resultText(m_callId, answerToCall));
    }
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
        return answerToCall;
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

void HttpLinkTest::opensStreamsAgain_data()
{
    QTest::addColumn<QByteArray>("stream");
    const QByteArray events = "retry: 1\nid: one\ndata:\n\n";
    QTest::newRow("ended") << eventsOf(events);
    QTest::newRow("cut") << cutEventsOf(events);
}

void HttpLinkTest::opensStreamsAgain()
{
    QFETCH(const QByteArray, stream);
    m_onGet = stream;
    connect();
    QTRY_COMPARE_GE(countOf("GET /mcp "), 4);
    QCOMPARE_GE(countOf("\r\nLast-Event-ID: one\r\n"), 3); // all but the first
    m_tool = "u"; // without a word: that could have been missed
    QTRY_VERIFY(m_catalogue->find(u"far__u"_s));
    QCOMPARE(countOf("\"initialize\""), 1);
}

void HttpLinkTest::livesWithoutAStream_data()
{
    QTest::addColumn<QByteArray>("session");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("not allowed") << "one"_ba << reply(methodNotAllowed, "text/plain", {});
    QTest::newRow("bad") << "one"_ba << reply("400 Bad", "text/plain", {});
    QTest::newRow("not found") << QByteArray() << reply("404 Not Found", "text/plain", {});
    QTest::newRow("out of order") << "one"_ba << reply("500 Oops", "text/plain", "oops");
    QTest::newRow("unknown") << "one"_ba << reply("501 What", "text/plain", {});
}

void HttpLinkTest::livesWithoutAStream()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const QByteArray, session);
    m_session = session;
    m_onGet = answer;
    connect();
    QTRY_COMPARE_GE(countOf("\"ping\""), 2);
    QVERIFY(isUp());
    QCOMPARE(countOf("GET /mcp "), 1);
    QCOMPARE(countOf("\"initialize\""), 1);
    QVERIFY(call());
}

void HttpLinkTest::hearsThatItsSessionIsOver()
{
    m_onGet = eventsOf({});
    connect();
    m_onGet = reply("404 Not Found", "text/plain", {});
    QTRY_COMPARE_GE(countOf("\"initialize\""), 2);
}

void HttpLinkTest::takesTheRestOfAnAnswer_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArrayList>("rest");
    QTest::addColumn<bool>("isThere");
    const QByteArray begin = "id: a\nretry: 20\ndata:\n\n";
    const QByteArray noise = eventOf(notificationText("notifications/message", "{}"));
    const QByteArray answer = "id: z\n" + eventOf("ANSWER");
    QTest::newRow("ended") << eventsOf(begin) << QByteArrayList{eventsOf(answer)} << true;
    QTest::newRow("cut") << cutEventsOf(begin) << QByteArrayList{eventsOf(answer)} << true;
    QTest::newRow("in pieces") << eventsOf(begin) << QByteArrayList{eventsOf("id: b\n" + noise), cutEventsOf(answer)}
                               << true;
    QTest::newRow("out of reach for a while") << eventsOf(begin) << QByteArrayList{"\r\n", eventsOf(answer)} << true;
    QTest::newRow("answered at once") << eventsOf(answer) << QByteArrayList() << true;
    QTest::newRow("not numbered") << eventsOf(noise) << QByteArrayList{eventsOf(answer)} << false;
    QTest::newRow("not kept") << eventsOf(begin) << QByteArrayList{reply(methodNotAllowed, "text/plain", {})} << false;
}

void HttpLinkTest::takesTheRestOfAnAnswer()
{
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArrayList, rest);
    QFETCH(const bool, isThere);
    connect();
    m_onCall = begin;
    m_onResume = rest;
    const auto result = call();
    QCOMPARE(result.has_value(), isThere);
    if (!result)
        QCOMPARE(result.error().code, ErrorCode::BadGateway);
    const bool isNumbered = begin.contains("id: a");
    QCOMPARE(countOf("\r\nLast-Event-ID: a\r\n") > 0, isNumbered);
    QCOMPARE(countOf("\r\nLast-Event-ID: b\r\n") > 0, rest.size() > 1 && rest.first().contains("id: b"));
    QVERIFY(isUp());
}

void HttpLinkTest::waitsForTheRestNoLongerThanItMay()
{
    connect();
    const QByteArray stream = eventsOf("id: a\ndata:\n\n");
    m_onCall = stream;
    m_onGet = stream; // as nothing, again and again
    QCOMPARE(call().error().code, ErrorCode::Timeout);
    QVERIFY(isUp());
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
