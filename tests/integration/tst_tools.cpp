// SPDX-License-Identifier: Apache-2.0
// The tool server of the real daemon: who may call what, what is written down, what is left when it stops.
#include "tests/integration/daemonfixture.h"
#include "tests/integration/toolcalls.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace moe::test;

class ToolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void healthNamesTheTools();
    void listsWhatIsGranted();
    void invokes();
    void refuses_data();
    void refuses();
    void callsAreWrittenDown();
    void refusalsAreAudited();
    void permissionsAndKeysAreTakenBack();
    void tooSlowCallsEnd();
    void conversationsGoOnWhileACallRuns();
    void allRequestsOfABatchCount();
    void manualIsRight();
    void otherKeysSessionsAreNotFound();
    void moectlListsAndCalls();
    void streamsEndWithTheDaemon();

private:
    using Headers = RawHttpClient::Headers;
    HttpResponse ask(const QByteArray &method, const QByteArray &path, const QByteArray &key,
                     const QByteArray &body = {}, const Headers &more = {});
    HttpResponse invoke(const QByteArray &body) { return ask("POST", "/invoke", m_daemon.key(), body); }
    QByteArray beginSession(const QByteArray &key, const QByteArray &revision = "2025-06-18");
    HttpResponse say(const QByteArray &key, const QByteArray &session, const QByteArray &message);
    [[nodiscard]] int change(const QString &how, const QString &user, const QString &tool) const;
    [[nodiscard]] QString server() const { return u"http://127.0.0.1:%1"_s.arg(m_port); }

    DaemonFixture m_daemon;
    quint16 m_port = 0;
    QByteArray m_poorKey;
};

static QJsonArray itemsOf(const CommandResult &listed) { return jsonOf(listed.output)[u"items"].toArray(); }

HttpResponse ToolsTest::ask(const QByteArray &method, const QByteArray &path, const QByteArray &key,
                            const QByteArray &body, const Headers &more)
{
    Headers headers = more;
    if (!key.isEmpty())
        headers.append({"Authorization", "Bearer " + key});
    RawHttpClient client;
    if (!client.connectTo(m_port) || !client.exchange(RawHttpClient::request(method, path, headers, body)))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

QByteArray ToolsTest::beginSession(const QByteArray &key, const QByteArray &revision)
{
    const QByteArray begin = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
                             "\"params\":{\"protocolVersion\":\""
        + revision + "\"}}";
    return ask("POST", "/mcp", key, begin).header("Mcp-Session-Id").value_or(QByteArray());
}

/// A message within a session, answered with JSON.
HttpResponse ToolsTest::say(const QByteArray &key, const QByteArray &session, const QByteArray &message)
{
    return ask("POST", "/mcp", key, message, {{"Mcp-Session-Id", session}});
}

/// Grants or revokes.
int ToolsTest::change(const QString &how, const QString &user, const QString &tool) const
{
    return m_daemon.moectl({u"permission"_s, how, u"--user"_s, user, u"--type"_s, u"mcp_tool"_s, u"--resource"_s, tool})
        .status;
}

void ToolsTest::initTestCase()
{
    QVERIFY(m_daemon.start());
    m_port = quint16(m_daemon.readyFile()[u"mcp"].toInt());
    m_poorKey = m_daemon.newKey(u"poor"_s);
    QCOMPARE(change(u"grant"_s, u"tester"_s, u"*"_s), 0);
    QCOMPARE(change(u"grant"_s, u"poor"_s, u"date_add"_s), 0);
}

void ToolsTest::healthNamesTheTools()
{
    const HttpResponse health = ask("GET", "/health", {});
    QCOMPARE(health.status, 200);
    QCOMPARE(jsonOf(health.body)[u"status"].toString(), u"ok"_s);
    QVERIFY(jsonOf(health.body)[u"tools"].toArray().contains(u"day_of_week"_s));
}

void ToolsTest::listsWhatIsGranted()
{
    const QJsonArray all = jsonOf(ask("GET", "/tools", m_daemon.key()).body)[u"tools"].toArray();
    QVERIFY(all.size() > 1);
    for (const QJsonValue tool : all) {
        QVERIFY(!tool[u"description"].toString().isEmpty());
        QCOMPARE(tool[u"input_schema"][u"type"].toString(), u"object"_s);
        QCOMPARE(tool[u"output_schema"][u"type"].toString(), u"object"_s);
    }
    const QJsonArray few = jsonOf(ask("GET", "/tools", m_poorKey).body)[u"tools"].toArray();
    QCOMPARE(few.size(), 1);
    QCOMPARE(few[0][u"name"].toString(), u"date_add"_s);
    QCOMPARE(ask("GET", "/tools", {}).status, 401);
}

void ToolsTest::invokes()
{
    const HttpResponse answer = invoke(invocation("day_of_week", "{\"date_str\":\"2026-11-21\"}"));
    QCOMPARE(answer.status, 200);
    const QJsonObject document = jsonOf(answer.body);
    QCOMPARE(document[u"tool"].toString(), u"day_of_week"_s);
    QVERIFY(document[u"result"].toString().contains(u"Saturday"_s));
    QCOMPARE(document[u"structured_result"][u"weekday"].toString(), u"Saturday"_s);
}

void ToolsTest::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isPoor");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &body, int status, const char *code, bool isPoor = false) {
        QTest::newRow(name) << body << isPoor << status << QString::fromLatin1(code);
    };
    row("no JSON", "{", 400, "invalid_json");
    row("no tool", "{\"args\":{}}", 400, "invalid_value");
    row("unknown member", "{\"tool\":\"day_of_week\",\"arguments\":{}}", 400, "invalid_value");
    row("argument", invocation("day_of_week", "{\"date_str\":\"2026-02-30\"}"), 400, "invalid_arguments");
    row("missing argument", invocation("day_of_week", "{}"), 400, "invalid_arguments");
    row("unknown argument", invocation("day_of_week", "{\"date_str\":\"2026-11-21\",\"x\":1}"), 400,
        "invalid_arguments");
    row("no arguments", invocation("day_of_week", "[]"), 400, "invalid_arguments");
    row("unknown tool", invocation("steal", "{}"), 404, "unknown_tool");
    row("not granted", invocation("day_of_week", "{\"date_str\":\"2026-11-21\"}"), 403, "permission_denied", true);
    row("too large", QByteArray(2 * 1024 * 1024, ' '), 413, "too_large");
}

void ToolsTest::refuses()
{
    QFETCH(const QByteArray, body);
    QFETCH(const bool, isPoor);
    const HttpResponse answer = ask("POST", "/invoke", isPoor ? m_poorKey : m_daemon.key(), body);
    QTEST(answer.status, "status");
    QTEST(jsonOf(answer.body)[u"error_code"].toString(), "code");
    QVERIFY(!jsonOf(answer.body)[u"error"].toString().isEmpty());
}

void ToolsTest::callsAreWrittenDown()
{
    const QByteArray user = m_daemon.newKey(u"counted"_s);
    QCOMPARE(change(u"grant"_s, u"counted"_s, u"date_add"_s), 0);
    QCOMPARE(ask("POST", "/invoke", user, invocation("date_add", "{\"base_date\":\"2026-01-01\"}")).status, 200);
    QCOMPARE(ask("POST", "/invoke", user, invocation("date_add", "{}")).status, 400);
    QCOMPARE(ask("POST", "/invoke", user, invocation("date_diff", "{}")).status, 403);
    const auto records
        = [this] { return itemsOf(m_daemon.moectl({u"--json"_s, u"usage"_s, u"list"_s, u"--user"_s, u"counted"_s})); };
    QTRY_COMPARE_WITH_TIMEOUT(records().size(), 3, 20'000);
    int well = 0;
    for (const QJsonValue record : records()) {
        QCOMPARE(record[u"mode"].toString(), u"mcp"_s);
        QVERIFY(record[u"model"].toString().startsWith(u"date_"_s));
        well += record[u"status"].toString() == u"ok"_s;
    }
    QCOMPARE(well, 1);
}

void ToolsTest::refusalsAreAudited()
{
    const QByteArray key = m_daemon.newKey(u"refused"_s); // whose only refusal this is
    const QByteArray session = beginSession(key);
    QCOMPARE(errorCode(say(key, session, callMessage("2", "day_of_week"))), u"permission_denied"_s);
    // Those of a minute are written together, and what is left at the end.
    QCOMPARE(m_daemon.stop(), QByteArray());
    QVERIFY(m_daemon.start());
    m_port = quint16(m_daemon.readyFile()[u"mcp"].toInt());
    const auto entries
        = itemsOf(m_daemon.moectl({u"--json"_s, u"audit"_s, u"list"_s, u"--action"_s, u"request.refused"_s}));
    QVERIFY(std::ranges::any_of(entries, [actor = u"key:"_s + QString::fromLatin1(key.first(16))](QJsonValue entry) {
        return entry[u"actor"].toString() == actor && entry[u"object"].toString() == "tool:day_of_week"_L1;
    }));
}

void ToolsTest::permissionsAndKeysAreTakenBack()
{
    const QByteArray key = m_daemon.newKey(u"leaving"_s);
    const QByteArray right = "{\"base_date\":\"2026-01-31\"}";
    QCOMPARE(change(u"grant"_s, u"leaving"_s, u"date_add"_s), 0);
    const QByteArray session = beginSession(key);
    const auto listed = [this, &key, &session] {
        return jsonOf(say(key, session, message("2", "tools/list")).body)[u"result"][u"tools"].toArray();
    };
    QCOMPARE(listed().size(), 1);
    QVERIFY(say(key, session, callMessage("3", "date_add", right)).body.contains("2026-01-31"));
    QCOMPARE(change(u"revoke"_s, u"leaving"_s, u"date_add"_s), 0);
    QCOMPARE(listed().size(), 0);
    QCOMPARE(errorCode(say(key, session, callMessage("4", "date_add", right))), u"permission_denied"_s);
    QCOMPARE(ask("POST", "/invoke", key, invocation("date_add", right.constData())).status, 403);

    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_port));
    const Headers listening{
        {"Authorization", "Bearer " + key}, {"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}};
    listener.send(RawHttpClient::request("GET", "/mcp", listening));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    QCOMPARE(m_daemon.moectl({u"key"_s, u"revoke"_s, QString::fromLatin1(key.first(16))}).status, 0);
    QCOMPARE(say(key, session, message("5", "ping")).status, 401);
    QVERIFY(listener.waitForClose(std::chrono::seconds(40))); // it is looked at from time to time
}

void ToolsTest::tooSlowCallsEnd()
{
    const HttpResponse answer = invoke(invocation("structured_validate", endlessValidation().constData()));
    QCOMPARE(answer.status, 408);
    QCOMPARE(jsonOf(answer.body)[u"tool"].toString(), u"structured_validate"_s);
    QVERIFY(!jsonOf(answer.body)[u"error_code"].toString().isEmpty());
    QCOMPARE(invoke(invocation("day_of_week", "{\"date_str\":\"2026-11-21\"}")).status, 200);
}

/// With a key that may do one thing at a time.
void ToolsTest::conversationsGoOnWhileACallRuns()
{
    const QByteArray key = m_daemon.newKey(u"busy"_s);
    QCOMPARE(change(u"grant"_s, u"busy"_s, u"*"_s), 0);
    QCOMPARE(m_daemon.moectl({u"limits"_s, u"set"_s, u"--user"_s, u"busy"_s, u"--parallel"_s, u"1"_s}).status, 0);
    const QByteArray session = beginSession(key);
    const QByteArray slow = callMessage("2", "structured_validate", endlessValidation());
    RawHttpClient caller;
    QVERIFY(caller.connectTo(m_port));
    caller.send(RawHttpClient::request("POST", "/mcp",
                                       {{"Authorization", "Bearer " + key},
                                        {"Mcp-Session-Id", session},
                                        {"Accept", "application/json, text/event-stream"}},
                                       slow));
    QVERIFY(caller.waitUntil([](const HttpResponse &response) { return response.status == 200; })); // it has begun
    QCOMPARE(errorCode(say(key, session, callMessage("3", "day_of_week"))), u"rate_limit_exceeded"_s);
    QVERIFY(jsonOf(say(key, session, message("4", "ping")).body).contains(u"result"));
    QCOMPARE(say(key, session, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{}}").status, 202);
    const QByteArray cancelled = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                                 "\"params\":{\"requestId\":2}}";
    QCOMPARE(say(key, session, cancelled).status, 202);
    QVERIFY(caller.waitForResponse());
    QVERIFY(!caller.response().body.contains("\"id\":2")); // it has no answer
    QVERIFY(jsonOf(say(key, session, callMessage("5", "day_of_week")).body).contains(u"result"));
    QCOMPARE(ask("DELETE", "/mcp", key, {}, {{"Mcp-Session-Id", session}}).status, 200);
}

void ToolsTest::allRequestsOfABatchCount()
{
    const QByteArray key = m_daemon.newKey(u"eager"_s);
    QCOMPARE(
        m_daemon.moectl({u"limits"_s, u"set"_s, u"--user"_s, u"eager"_s, u"--requests-per-minute"_s, u"10"_s}).status,
        0);
    const QByteArray session = beginSession(key, "2025-03-26"); // has batches
    const auto batch = [](int count) {
        QByteArrayList calls;
        for (int i = 0; i < count; ++i)
            calls.append(callMessage(QByteArray::number(i), i % 2 == 0 ? "steal" : "day_of_week"));
        return QByteArray('[' + calls.join(',') + ']');
    };
    QCOMPARE(QJsonDocument::fromJson(say(key, session, batch(4)).body).array().size(), 4);
    QCOMPARE(say(key, session, batch(6)).status, 429); // one more than is left
    const QByteArray told = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    QCOMPARE(say(key, session, told).status, 202);
    QCOMPARE(say(key, session, batch(5)).status, 200);
    QCOMPARE(say(key, session, message("9", "ping")).status, 429);
    const auto records
        = [this] { return itemsOf(m_daemon.moectl({u"--json"_s, u"usage"_s, u"list"_s, u"--user"_s, u"eager"_s})); };
    QTRY_COMPARE_WITH_TIMEOUT(records().size(), 9, 20'000);
    QSet<QString> ids;
    for (const QJsonValue record : records())
        ids.insert(record[u"request_id"].toString());
    QCOMPARE(ids.size(), 9);
}

void ToolsTest::manualIsRight()
{
    QFile manual(QFINDTESTDATA("../../README.md"));
    QVERIFY(manual.open(QIODevice::ReadOnly));
    const QByteArrayList examples = examplesIn(manual.readAll(), "Precision tools", "curl");
    QCOMPARE(examples.size(), 2);
    const QByteArrayList expected{"\"name\":\"day_of_week\"", "\"structured_result\":{"};
    for (qsizetype i = 0; i < examples.size(); ++i) {
        QVERIFY(examples[i].contains("http://127.0.0.1:8003/"));
        const QByteArray script = QByteArray(examples[i]).replace("http://127.0.0.1:8003", server().toLatin1());
        ProcessUnderTest shell(u"bash"_s, {u"-euc"_s, QString::fromUtf8(script)});
        shell.setVariable(u"MOE_API_KEY"_s, QString::fromLatin1(m_daemon.key()));
        shell.setVariable(u"NO_PROXY"_s, u"127.0.0.1"_s);
        QVERIFY(shell.start());
        QVERIFY(shell.waitForExit());
        QVERIFY2(shell.output().contains(expected[i]), shell.errors().constData());
    }
}

void ToolsTest::otherKeysSessionsAreNotFound()
{
    const QByteArray session = beginSession(m_daemon.key());
    const QByteArray ping = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}";
    QCOMPARE(ask("POST", "/mcp", m_daemon.key(), ping, {{"Mcp-Session-Id", session}}).status, 200);
    QCOMPARE(ask("POST", "/mcp", m_poorKey, ping, {{"Mcp-Session-Id", session}}).status, 404);
    QCOMPARE(ask("POST", "/mcp", {}, ping, {{"Mcp-Session-Id", session}}).status, 401);
}

void ToolsTest::moectlListsAndCalls()
{
    const QStringList how{u"--url"_s, server(), u"--key"_s, QString::fromLatin1(m_poorKey)};
    const CommandResult listed = m_daemon.moectl(QStringList{u"--json"_s, u"tool"_s, u"list"_s} + how);
    QCOMPARE(listed.status, 0);
    QCOMPARE(itemsOf(listed).size(), 1);
    const QStringList call{u"tool"_s, u"call"_s, u"date_add"_s, u"{\"base_date\":\"2026-01-31\",\"months\":1}"_s};
    const CommandResult called = m_daemon.moectl(call + how.sliced(2)); // finds the server by itself
    QCOMPARE(called.status, 0);
    QVERIFY(called.output.contains("2026-02-28"));
    const CommandResult refused = m_daemon.moectl(QStringList{u"tool"_s, u"call"_s, u"date_diff"_s, u"{}"_s} + how);
    QCOMPARE(refused.status, 1);
    QVERIFY(refused.errors.contains("date_diff"));
    QCOMPARE(m_daemon.moectl({u"tool"_s, u"list"_s}).status, 2); // without a key
}

void ToolsTest::streamsEndWithTheDaemon()
{
    const QByteArray session = beginSession(m_daemon.key());
    RawHttpClient listener;
    QVERIFY(listener.connectTo(m_port));
    listener.send(RawHttpClient::request("GET", "/mcp",
                                         m_daemon.authorization()
                                             + Headers{{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}}));
    QVERIFY(listener.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    RawHttpClient older;
    QVERIFY(older.connectTo(m_port));
    older.send(RawHttpClient::request("GET", "/mcp/sse", m_daemon.authorization()));
    QVERIFY(older.waitUntil([](const HttpResponse &response) { return !response.events().isEmpty(); }));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_daemon.stop(), QByteArray());
    QVERIFY2(timer.elapsed() < 10'000, "streams held up the end"); // they may have 30 s
    QVERIFY(listener.waitForResponse());
    QVERIFY(older.waitForResponse());
}

QTEST_GUILESS_MAIN(ToolsTest)
#include "tst_tools.moc"
