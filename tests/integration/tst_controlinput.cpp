// SPDX-License-Identifier: Apache-2.0
// What the control API refuses, and how it says so. Nothing is changed by what is refused.
#include "tests/integration/controlsession.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray password = "correct horse battery";

}

class ControlInputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void badInputIsNamed_data();
    void badInputIsNamed();
    void bodiesAreBounded();
    void editsOfTheOldAreRefused();
    void editsOfOtherThings_data();
    void editsOfOtherThings();

private:
    DaemonFixture m_daemon;
    std::unique_ptr<ControlSession> m_admin;
};

void ControlInputTest::initTestCase()
{
    m_daemon.addNode(u"sim"_s, R"({"models":[{"name":"m:1b"}]})");
    QVERIFY(m_daemon.start());
    m_admin = std::make_unique<ControlSession>(m_daemon);
    QVERIFY(m_admin->setUp(m_daemon, "root", password));
}

void ControlInputTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void ControlInputTest::badInputIsNamed_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("param"); // null: none is looked for
    const auto row
        = [](const char *name, const QByteArray &method, const QByteArray &path, const QByteArray &body, int status,
             const QByteArray &param = {}) { QTest::newRow(name) << method << path << body << status << param; };
    const QByteArray long1 = QByteArray(500'000, 'x');
    row("no JSON", "POST", "/users", "{\"name\":", 400);
    row("no object", "POST", "/users", "[]", 422);
    row("no name", "POST", "/users", "{}", 422, "name");
    row("name of another type", "POST", "/users", "{\"name\":7}", 422, "name");
    row("name that is none", "POST", "/users", user("a b"), 422, "name");
    row("name taken in other case", "POST", "/users", user("ROOT"), 409);
    row("unknown member", "POST", "/users", user("x", "\"colour\":1"), 422, "colour");
    row("unknown role", "POST", "/users", user("x", "\"role\":\"king\""), 422, "role");
    row("e-mail of half a megabyte", "POST", "/users", user("x", "\"email\":\"" + long1 + '"'), 422, "email");
    row("password too short", "POST", "/users", user("x", "\"password\":\"1234567\""), 422, "password");
    row("unknown user", "GET", "/users/999999", {}, 404);
    row("id that is none", "GET", "/users/root", {}, 404);
    row("id beyond all bounds", "GET", "/users/99999999999999999999", {}, 404);
    row("unknown key", "GET", "/keys/999999", {}, 404);
    row("unknown group", "DELETE", "/groups/999999", {}, 404);
    row("unknown request", "DELETE", "/requests/req_x", {}, 404);
    row("unknown path", "GET", "/nothing", {}, 404);
    row("unknown method", "DELETE", "/users", {}, 405);
    row("label of half a megabyte", "POST", "/users/1/keys", "{\"label\":\"" + long1 + "\"}", 422, "label");
    row("expired key", "POST", "/users/1/keys", R"({"label":"x","expires_at":"2001-01-01T00:00:00Z"})", 422,
        "expires_at");
    row("time without a zone", "POST", "/users/1/keys", R"({"label":"x","expires_at":"2101-01-01T00:00:00"})", 422,
        "expires_at");
    row("negative limit", "PATCH", "/users/1/limits", R"({"budget":{"daily":-1}})", 422, "daily");
    row("limit above 2^53", "PATCH", "/users/1/limits", R"({"budget":{"total":9007199254740993}})", 422, "total");
    row("limit that is a fraction", "PATCH", "/users/1/limits", R"({"budget":{"total":1.5}})", 422, "budget.total");
    row("no requests a minute", "PATCH", "/users/1/limits", R"({"rates":{"requests_per_minute":0}})", 422,
        "requests_per_minute");
    row("unknown type of permission", "PATCH", "/users/1/permissions", R"({"grant":[{"type":"x","resource":"*"}]})",
        422, "grant[0].type");
    row("unknown server", "PATCH", "/users/1/permissions",
        R"({"grant":[{"type":"model_endpoint","resource":"*@nowhere"}]})", 422, "grant[0].resource");
    row("unknown mode", "PATCH", "/users/1/permissions", R"({"grant":[{"type":"moe_mode","resource":"magic"}]})", 422,
        "grant[0].resource");
    row("unknown tool", "PATCH", "/users/1/permissions", R"({"grant":[{"type":"mcp_tool","resource":"magic"}]})", 422,
        "grant[0].resource");
    row("unknown skill", "PATCH", "/users/1/permissions", R"({"grant":[{"type":"skill","resource":"magic"}]})", 422,
        "grant[0].resource");
    row("unknown parameter", "GET", "/users?colour=red", {}, 422, "colour");
    row("parameter twice", "GET", "/users?limit=1&limit=2", {}, 422, "limit");
    row("parameter of another type", "GET", "/users?active=perhaps", {}, 422, "active");
    row("limit of a list", "GET", "/users?limit=501", {}, 422, "limit");
    row("sort field", "GET", "/users?sort=colour", {}, 422, "sort");
    row("cursor", "GET", "/users?cursor=AAAA", {}, 422, "cursor");
    row("query that is no UTF-8", "GET", "/users?text=%FF", {}, 422);
    row("unknown setting", "PATCH", "/settings", R"({"values":{"colour":1}})", 422, "colour");
    row("setting out of range", "PATCH", "/settings", R"({"values":{"retention.audit_days":1}})", 422,
        "retention.audit_days");
    row("unknown version", "POST", "/settings/rollback", R"({"version":77})", 404);
    row("log level", "PATCH", "/log/levels", R"({"levels":"loud"})", 422);
}

void ControlInputTest::badInputIsNamed()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QFETCH(const QByteArray, param);
    const QStringList before = names(m_admin->get("/users"));
    const HttpResponse refused = m_admin->call(method, path, body);
    QCOMPARE(problemOf(refused, status, param), QByteArray());
    QVERIFY(!refused.body.contains("xxxxxxxxxx"));
    QCOMPARE(names(m_admin->get("/users")), before);
}

void ControlInputTest::bodiesAreBounded()
{
    RawHttpClient client;
    QVERIFY(client.connectTo(m_daemon.controlPort()));
    // Refused by its length, before it comes.
    client.send("POST /control/v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + m_admin->token()
                + "\r\nContent-Length: 999999999\r\n\r\n");
    QVERIFY(client.waitForResponse());
    QCOMPARE(problemOf(client.response(), 413), QByteArray());
}

void ControlInputTest::editsOfTheOldAreRefused()
{
    const HttpResponse made = m_admin->post("/users", user("edited"));
    QCOMPARE(made.status, 201);
    const QByteArray path = "/users/" + idOf(made);
    QCOMPARE(made.header("location"), "/control/v1" + path);
    const QByteArray first = made.header("etag").value_or("");
    QVERIFY(!first.isEmpty());
    const auto rename = [&](const QByteArray &name, const QByteArray &etag) {
        return m_admin->call("PATCH", path, "{\"display_name\":\"" + name + "\"}", {{"If-Match", etag}});
    };
    const HttpResponse changed = rename("One", first);
    QCOMPARE(changed.status, 200);
    QVERIFY(changed.header("etag").value_or("") != first);
    QCOMPARE(problemOf(rename("Two", first), 412), QByteArray());
    QCOMPARE(problemOf(rename("Two", "gibberish"), 400), QByteArray());
    QCOMPARE(jsonOf(m_admin->get(path))[u"display_name"].toString(), u"One"_s);
    QCOMPARE(rename("Three", "*").status, 200);
}

/// As two administrators would do it who have read the same.
void ControlInputTest::editsOfOtherThings_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("other");
    QTest::newRow("group") << QByteArray("group") << QByteArray(R"({"description":"one"})")
                           << QByteArray(R"({"description":"two"})");
    QTest::newRow("limits of a group") << QByteArray("group/limits") << QByteArray(R"({"budget":{"daily":1}})")
                                       << QByteArray(R"({"budget":{"daily":2}})");
    QTest::newRow("limits of a user") << QByteArray("user/limits") << QByteArray(R"({"budget":{"daily":1}})")
                                      << QByteArray(R"({"rates":{"parallel_requests":2}})");
    QTest::newRow("key") << QByteArray("key") << QByteArray(R"({"label":"one"})") << QByteArray(R"({"label":"two"})");
}

void ControlInputTest::editsOfOtherThings()
{
    QFETCH(QByteArray, path);
    QFETCH(const QByteArray, patch);
    QFETCH(const QByteArray, other);
    const QByteArray name = QByteArray("two-") + QByteArray::number(qHash(path) % 10'000);
    const QByteArray userPath = "/users/" + idOf(m_admin->post("/users", user(name)));
    const QByteArray keyPath = "/keys/" + idOf(m_admin->post(userPath + "/keys", R"({"label":"zero"})"));
    const QByteArray groupPath = "/groups/" + idOf(m_admin->post("/groups", "{\"name\":\"" + name + "\"}"));
    path.replace("group", groupPath).replace("user", userPath);
    if (path == "key")
        path = keyPath;

    const QByteArray first = m_admin->get(path).header("etag").value_or("");
    QVERIFY(!first.isEmpty());
    QCOMPARE(m_admin->get(path).header("etag").value_or(""), first);
    const HttpResponse changed = m_admin->call("PATCH", path, patch, {{"If-Match", first}});
    QCOMPARE(changed.status, 200);
    const QByteArray second = changed.header("etag").value_or("");
    QCOMPARE(m_admin->get(path).header("etag").value_or(""), second);
    QVERIFY(second != first);
    QCOMPARE(problemOf(m_admin->call("PATCH", path, other, {{"If-Match", first}}), 412), QByteArray());
    QCOMPARE(m_admin->get(path).header("etag").value_or(""), second);
    QCOMPARE(m_admin->call("PATCH", path, other, {{"If-Match", second}}).status, 200);
    if (path == groupPath) {
        QCOMPARE(problemOf(m_admin->call("DELETE", path, {}, {{"If-Match", second}}), 412), QByteArray());
        QCOMPARE(
            m_admin->call("DELETE", path, {}, {{"If-Match", m_admin->get(path).header("etag").value_or("")}}).status,
            204);
    }
    // What has no versions cannot promise what is asked for.
    QCOMPARE(problemOf(m_admin->call("DELETE", keyPath, {}, {{"If-Match", second}}), 412), QByteArray());
    QCOMPARE(m_admin->call("DELETE", keyPath).status, 200);
}

QTEST_GUILESS_MAIN(ControlInputTest)
#include "tst_controlinput.moc"
