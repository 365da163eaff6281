// SPDX-License-Identifier: Apache-2.0
// The control API over HTTP: who may do what, what is refused and how, what is told of changes.
#include "tests/integration/controlsession.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray password = "correct horse battery";

}

class ControlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void setUpWorksOnce();
    void nobodyGetsIn();
    void everyOperationKnowsWhoMayUseIt();
    void rolesAreKept();
    void passwordMustBeChanged();
    void foreignThingsAreMissing();
    void lastAdministratorStays();
    void listsComeInParts();
    void csvIsTakenAsAWhole();
    void settingsAreVersioned();
    void operatorsChangeServersButNotTokens();
    void whatIsDoneIsWrittenDown();
    void aRenamedUserStaysTheSame();
    void documentIsServed();

private:
    /// A new user with a password of his own, signed in.
    [[nodiscard]] ControlSession signedIn(const QByteArray &name, const QByteArray &role);

    DaemonFixture m_daemon;
    std::unique_ptr<ControlSession> m_admin;
};

void ControlTest::initTestCase()
{
    m_daemon.addNode(u"sim"_s, R"({"models":[{"name":"m:1b"}]})");
    QVERIFY(m_daemon.start());
    m_admin = std::make_unique<ControlSession>(m_daemon);
}

void ControlTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

ControlSession ControlTest::signedIn(const QByteArray &name, const QByteArray &role)
{
    const QByteArray start = "start " + password;
    const HttpResponse made
        = m_admin->post("/users", user(name, "\"role\":\"" + role + "\",\"password\":\"" + start + '"'));
    ControlSession session(m_daemon);
    if (made.status != 201 || !session.signIn(name, start))
        qFatal("the user cannot be made: %s", made.body.constData());
    const HttpResponse changed = session.call(
        "PUT", "/me/password", "{\"current_password\":\"" + start + "\",\"new_password\":\"" + password + "\"}");
    if (changed.status != 204)
        qFatal("the password cannot be changed: %s", changed.body.constData());
    return session;
}

void ControlTest::setUpWorksOnce()
{
    const ControlSession nobody(m_daemon);
    QCOMPARE(jsonOf(nobody.get("/setup"))[u"needed"].toBool(), true);
    QCOMPARE(
        problemOf(nobody.post("/setup", R"({"token":"moe-setup-0","username":"root","password":"long enough"})"), 401),
        QByteArray());
    QVERIFY(m_admin->setUp(m_daemon, "root", password));
    QVERIFY(!QFile::exists(m_daemon.dataDirectory() + u"/setup-token"_s));
    QCOMPARE(jsonOf(nobody.get("/setup"))[u"needed"].toBool(), false);
    QCOMPARE(
        problemOf(nobody.post("/setup", R"({"token":"moe-setup-0","username":"two","password":"long enough"})"), 409),
        QByteArray());
    const QJsonObject me = jsonOf(m_admin->get("/me"));
    QCOMPARE(me[u"name"].toString(), u"root"_s);
    QCOMPARE(me[u"role"].toString(), u"admin"_s);
}

void ControlTest::nobodyGetsIn()
{
    const ControlSession nobody(m_daemon);
    for (const char *path : {"/me", "/users", "/settings", "/events", "/audit"}) {
        const HttpResponse refused = nobody.get(path);
        QCOMPARE(problemOf(refused, 401), QByteArray());
        QCOMPARE(refused.header("www-authenticate"), "Bearer");
    }
    ControlSession wrong(m_daemon);
    QVERIFY(!wrong.signIn("root", "wrong horse battery"));
    QVERIFY(!wrong.signIn("nobody at all", "wrong horse battery"));
    // A key of the client API is no session.
    const HttpResponse withKey = nobody.call("GET", "/me", {}, m_daemon.authorization());
    QCOMPARE(problemOf(withKey, 401), QByteArray());
}

void ControlTest::everyOperationKnowsWhoMayUseIt()
{
    const ControlSession nobody(m_daemon);
    const ControlSession userSession = signedIn("plain", "user");
    const ControlSession operatorSession = signedIn("operates", "operator");
    const QHash<QString, int> ranks{{u"Open to everybody."_s, 0},
                                    {u"For whoever is signed in."_s, 1},
                                    {u"For operators and administrators."_s, 2},
                                    {u"For administrators."_s, 3}};
    const QJsonObject paths = jsonOf(nobody.get("/openapi.json"))[u"paths"].toObject();
    QVERIFY(paths.size() > 40);
    int refusals = 0;
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject operations = path->toObject();
        for (auto operation = operations.begin(); operation != operations.end(); ++operation) {
            const int rank = ranks.value(operation.value()[u"description"].toString(), -1);
            QVERIFY2(rank >= 0, qPrintable(path.key()));
            QByteArray target = path.key().toUtf8().sliced(qstrlen("/control/v1"));
            target.replace("{", "").replace("}", "");
            const auto refused = [&](const ControlSession &session, int status) {
                ++refusals;
                return problemOf(session.call(operation.key().toUpper().toUtf8(), target), status) + ' ' + target;
            };
            if (rank > 0)
                QCOMPARE(refused(nobody, 401), ' ' + target);
            if (rank > 1)
                QCOMPARE(refused(userSession, 403), ' ' + target);
            if (rank > 2)
                QCOMPARE(refused(operatorSession, 403), ' ' + target);
        }
    }
    QVERIFY(refusals > 120);
}

void ControlTest::rolesAreKept()
{
    const ControlSession pupil = signedIn("pupil", "user");
    QCOMPARE(problemOf(pupil.get("/users"), 403), QByteArray());
    QCOMPARE(problemOf(pupil.get("/usage"), 403), QByteArray());
    QCOMPARE(problemOf(pupil.get("/events"), 403), QByteArray());
    QCOMPARE(pupil.get("/me").status, 200);

    const ControlSession operating = signedIn("operating", "operator");
    QCOMPARE(operating.get("/users").status, 200);
    QCOMPARE(operating.get("/servers").status, 200);
    QCOMPARE(problemOf(operating.post("/users", user("more")), 403), QByteArray());
    QCOMPARE(problemOf(operating.patch("/settings", R"({"values":{"metrics.token":"secret-of-metrics"}})"), 403,
                       "metrics.token"),
             QByteArray());

    // Who loses the role loses it with the next request; who is blocked is out.
    const QByteArray id = QByteArray::number(jsonOf(operating.get("/me"))[u"id"].toInteger());
    QCOMPARE(m_admin->patch("/users/" + id, R"({"role":"user"})").status, 200);
    QCOMPARE(problemOf(operating.get("/users"), 403), QByteArray());
    QCOMPARE(m_admin->patch("/users/" + id, R"({"active":false})").status, 200);
    QCOMPARE(problemOf(operating.get("/me"), 401), QByteArray());
    ControlSession again(m_daemon);
    QVERIFY(!again.signIn("operating", password));
}

void ControlTest::passwordMustBeChanged()
{
    QCOMPARE(m_admin->post("/users", user("fresh", R"("password":"a start password")")).status, 201);
    ControlSession fresh(m_daemon);
    QVERIFY(fresh.signIn("fresh", "a start password"));
    QCOMPARE(jsonOf(fresh.get("/me"))[u"must_change_password"].toBool(), true);
    QCOMPARE(problemOf(fresh.get("/me/keys"), 403), QByteArray());
    const auto change = [&fresh](const QByteArray &current, const QByteArray &next) {
        return fresh.call("PUT", "/me/password",
                          "{\"current_password\":\"" + current + "\",\"new_password\":\"" + next + "\"}");
    };
    QCOMPARE(problemOf(change("wrong", password), 422), QByteArray());
    QCOMPARE(problemOf(change("a start password", "short"), 422), QByteArray());
    QCOMPARE(change("a start password", password).status, 204);
    QCOMPARE(fresh.get("/me/keys").status, 200);
}

void ControlTest::foreignThingsAreMissing()
{
    const ControlSession anna = signedIn("anna", "user");
    const ControlSession ben = signedIn("ben", "user");
    const HttpResponse made = anna.post("/me/keys", R"({"label":"laptop"})");
    QCOMPARE(made.status, 201);
    const QByteArray key = idOf(made);
    QVERIFY(jsonOf(made)[u"key"].toString().startsWith("moe-sk-"_L1));
    // The same answer as for what does not exist at all.
    const HttpResponse foreign = ben.call("DELETE", "/me/keys/" + key);
    const HttpResponse missing = ben.call("DELETE", "/me/keys/999999");
    QCOMPARE(problemOf(foreign, 404), QByteArray());
    QCOMPARE(jsonOf(foreign)[u"detail"].toString(), jsonOf(missing)[u"detail"].toString());
    QCOMPARE(problemOf(ben.patch("/me/keys/" + key, R"({"label":"mine"})"), 404), QByteArray());
    const QJsonArray sessions = jsonOf(anna.get("/me/sessions"))[u"items"].toArray();
    QVERIFY(!sessions.isEmpty());
    const QByteArray session = QByteArray::number(sessions[0][u"id"].toInteger());
    QCOMPARE(problemOf(ben.call("DELETE", "/me/sessions/" + session), 404), QByteArray());
    // A key's rates would win over those of its owner.
    QCOMPARE(problemOf(anna.post("/me/keys", R"({"label":"x","rates":{"requests_per_minute":1000000}})"), 422, "rates"),
             QByteArray());
    QCOMPARE(anna.get("/me/keys").status, 200);
    QCOMPARE(anna.call("DELETE", "/me/keys/" + key).status, 200);
}

void ControlTest::lastAdministratorStays()
{
    const QByteArray path = "/users/" + QByteArray::number(jsonOf(m_admin->get("/me"))[u"id"].toInteger());
    QCOMPARE(problemOf(m_admin->call("DELETE", path), 409), QByteArray());
    QCOMPARE(problemOf(m_admin->patch(path, R"({"active":false})"), 409), QByteArray());
    QCOMPARE(problemOf(m_admin->patch(path, R"({"role":"user"})"), 409), QByteArray());
    QCOMPARE(m_admin->get("/me").status, 200);
}

void ControlTest::listsComeInParts()
{
    QStringList expected;
    for (int i = 0; i < 23; ++i) {
        const QByteArray name = "part" + QByteArray::number(100 + i);
        QCOMPARE(m_admin->post("/users", user(name)).status, 201);
        expected.prepend(QString::fromLatin1(name));
    }
    QStringList found;
    QByteArray cursor;
    do {
        const HttpResponse part
            = m_admin->get("/users?text=part1&sort=-name&limit=5" + (cursor.isEmpty() ? cursor : "&cursor=" + cursor));
        QCOMPARE(part.status, 200);
        QVERIFY(names(part).size() <= 5);
        found += names(part);
        cursor = jsonOf(part)[u"next"].toString().toUtf8();
    } while (!cursor.isEmpty());
    QCOMPARE(found, expected);
    // A cursor belongs to its order.
    const QByteArray next = jsonOf(m_admin->get("/users?sort=name&limit=1"))[u"next"].toString().toUtf8();
    QCOMPARE(problemOf(m_admin->get("/users?sort=id&limit=1&cursor=" + next), 422, "cursor"), QByteArray());
    QCOMPARE(names(m_admin->get("/users?name=PART105")), QStringList{u"part105"_s});
    QCOMPARE(names(m_admin->get("/users?name=nobody")), QStringList());
}

void ControlTest::csvIsTakenAsAWhole()
{
    const QByteArray group = idOf(m_admin->post("/groups", R"({"name":"5b"})"));
    QCOMPARE(
        m_admin
            ->patch("/groups/" + group + "/permissions", R"({"grant":[{"type":"model_endpoint","resource":"*@sim"}]})")
            .status,
        200);
    const HttpResponse bad
        = m_admin->post("/users/import?group=" + group, "username;display_name\ncsv1;One\nroot;Two\nbad name;Three\n");
    QVERIFY(bad.status == 409 || bad.status == 422);
    QVERIFY(bad.body.contains("4")); // the line
    QCOMPARE(names(m_admin->get("/users?text=csv")), QStringList());
    const HttpResponse good
        = m_admin->post("/users/import?group=" + group, "username;display_name\ncsv1;One\ncsv2;\"Two; too\"\n");
    QCOMPARE(good.status, 201);
    const QJsonArray items = jsonOf(good)[u"items"].toArray();
    QCOMPARE(items.size(), 2);
    ControlSession pupil(m_daemon);
    QVERIFY(pupil.signIn("csv2", items[1][u"start_password"].toString().toUtf8()));
    QCOMPARE(names(m_admin->get("/users?group=" + group)), (QStringList{u"csv1"_s, u"csv2"_s}));
    const QJsonArray written = jsonOf(m_admin->get("/audit?object=user:csv2&action=user.create"))[u"items"].toArray();
    QCOMPARE(written.size(), 1);
    QCOMPARE(written[0][u"after"][u"display_name"].toString(), u"Two; too"_s);
}

void ControlTest::settingsAreVersioned()
{
    const HttpResponse before = m_admin->get("/settings");
    QCOMPARE(before.status, 200);
    const auto value = [this](const QString &key) {
        for (const QJsonValue &setting : jsonOf(m_admin->get("/settings"))[u"items"].toArray()) {
            if (setting[u"key"] == key)
                return setting;
        }
        return QJsonValue();
    };
    QCOMPARE(
        m_admin->patch("/settings", R"({"values":{"retention.usage_days":30,"metrics.token":"hush-hush-1"}})").status,
        200);
    QCOMPARE(value(u"retention.usage_days"_s)[u"value"].toInteger(), 30);
    QCOMPARE(value(u"metrics.token"_s)[u"is_set"].toBool(), true);
    QVERIFY(!m_admin->get("/settings").body.contains("hush"));
    // Whoever has seen the version before does not overwrite this one.
    QCOMPARE(problemOf(m_admin->call("PATCH", "/settings", R"({"values":{"retention.usage_days":31}})",
                                     {{"If-Match", before.header("etag").value_or("")}}),
                       412),
             QByteArray());
    const qint64 version = jsonOf(m_admin->get("/settings"))[u"version"].toInteger();
    QCOMPARE(m_admin->patch("/settings", R"({"values":{"retention.usage_days":40}})").status, 200);
    const HttpResponse diff = m_admin->get("/settings/diff?from=0");
    QVERIFY(diff.body.contains("retention.usage_days"));
    QVERIFY(!diff.body.contains("hush"));
    QCOMPARE(m_admin->post("/settings/rollback", "{\"version\":" + QByteArray::number(version) + '}').status, 200);
    QCOMPARE(value(u"retention.usage_days"_s)[u"value"].toInteger(), 30);
    QCOMPARE(jsonOf(m_admin->get("/settings/versions"))[u"items"].toArray().size(), 3);
    // A new server is asked at once.
    const HttpResponse put = m_admin->call("PUT", "/servers/second", R"({"url":"http://127.0.0.1:1"})");
    QCOMPARE(put.status, 200);
    QCOMPARE(jsonOf(m_admin->get("/servers"))[u"items"].toArray().size(), 2);
    QCOMPARE(m_admin->call("DELETE", "/servers/second").status, 204);
    QCOMPARE(jsonOf(m_admin->get("/servers"))[u"items"].toArray().size(), 1);
    QVERIFY(!m_admin->get("/servers").body.contains("127.0.0.1"));
}

/// Nor where tokens are sent.
void ControlTest::operatorsChangeServersButNotTokens()
{
    const ControlSession operating = signedIn("serving", "operator");
    const auto put = [](const ControlSession &session, const QByteArray &members) {
        return session.call("PUT", "/servers/guarded", '{' + members + '}');
    };
    const auto at = [](int port) { return "\"url\":\"http://127.0.0.1:" + QByteArray::number(port) + '"'; };
    const QByteArray token = "\"token\":\"abc\"";
    QCOMPARE(problemOf(put(operating, at(1) + ',' + token), 403, "token"), QByteArray());
    QCOMPARE(put(operating, at(1)).status, 200);
    QCOMPARE(put(operating, at(2)).status, 200);
    QCOMPARE(put(*m_admin, token).status, 200);
    QCOMPARE(problemOf(put(operating, at(3)), 403, "url"), QByteArray());
    QCOMPARE(problemOf(put(operating, "\"token\":null"), 403, "token"), QByteArray());
    const HttpResponse slowed = put(operating, at(2) + ",\"parallel\":3,\"enabled\":false");
    QCOMPARE(slowed.status, 200);
    QCOMPARE(jsonOf(slowed)[u"parallel"].toInt(), 3);
    QCOMPARE(operating.call("DELETE", "/servers/guarded").status, 204);
}

void ControlTest::whatIsDoneIsWrittenDown()
{
    QCOMPARE(m_admin->post("/users", user("audited", R"("password":"never written down")")).status, 201);
    const HttpResponse audit = m_admin->get("/audit?object=user:audited");
    const QJsonArray items = jsonOf(audit)[u"items"].toArray();
    QCOMPARE(items.size(), 1);
    QCOMPARE(items[0][u"action"].toString(), u"user.create"_s);
    QCOMPARE(items[0][u"actor"].toString(), u"user:root"_s);
    QVERIFY(!m_admin->get("/audit?limit=500").body.contains("never written"));
    // A removal takes the name out of what was written down.
    const QByteArray id
        = QByteArray::number(jsonOf(m_admin->get("/users?name=audited"))[u"items"].toArray()[0][u"id"].toInteger());
    QCOMPARE(m_admin->call("DELETE", "/users/" + id).status, 204);
    QVERIFY(!m_admin->get("/audit?limit=500").body.contains("audited"));
    QCOMPARE(jsonOf(m_admin->get("/audit?object=user:%23" + id + "&action=user.remove"))[u"items"].toArray().size(), 1);
}

void ControlTest::aRenamedUserStaysTheSame()
{
    const ControlSession session = signedIn("maiden", "user");
    const QByteArray id = QByteArray::number(jsonOf(session.get("/me"))[u"id"].toInteger());
    const QByteArray key = jsonOf(session.post("/me/keys", R"({"label":"x"})"))[u"key"].toString().toLatin1();
    (void)session.patch("/me", R"({"name":"mine"})");
    QCOMPARE(jsonOf(session.get("/me"))[u"name"].toString(), u"maiden"_s); // not by its owner
    const QByteArray path = "/users/" + id;
    QCOMPARE(problemOf(m_admin->patch(path, R"({"name":"ROOT"})"), 409), QByteArray());
    QCOMPARE(problemOf(m_admin->patch(path, R"({"name":"no name"})"), 422, "name"), QByteArray());
    QCOMPARE(m_admin->patch(path, R"({"name":"married"})").status, 200);

    QCOMPARE(jsonOf(session.get("/me"))[u"name"].toString(), u"married"_s);
    RawHttpClient client;
    QVERIFY(client.connectTo(m_daemon.apiPort()));
    QVERIFY(client.exchange(RawHttpClient::request("GET", "/v1/models", {{"Authorization", "Bearer " + key}})));
    QCOMPARE(client.response().status, 200);
    ControlSession again(m_daemon);
    QVERIFY(!again.signIn("maiden", password));
    QVERIFY(again.signIn("married", password));
    const QJsonArray written
        = jsonOf(m_admin->get("/audit?object=user:married&action=user.change"))[u"items"].toArray();
    QCOMPARE(written.size(), 1);
    QCOMPARE(written[0][u"before"][u"name"].toString(), u"maiden"_s);
    QCOMPARE(written[0][u"after"][u"name"].toString(), u"married"_s);
    // Both names go with the user.
    QCOMPARE(m_admin->call("DELETE", path).status, 204);
    const QByteArray left = m_admin->get("/audit?limit=500").body;
    QVERIFY(!left.contains("maiden") && !left.contains("married"));
}

void ControlTest::documentIsServed()
{
    const QJsonObject document = jsonOf(ControlSession(m_daemon).get("/openapi.json"));
    QCOMPARE(document[u"openapi"].toString(), u"3.1.0"_s);
    const QJsonObject paths = document[u"paths"].toObject();
    QVERIFY(paths.size() > 40);
    // Every operation is there: who asks without a session is refused, and not told that there is no such path.
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject operations = path.value().toObject();
        for (auto it = operations.begin(); it != operations.end(); ++it) {
            QByteArray concrete = path.key().sliced(u"/control/v1"_s.size()).toUtf8();
            while (concrete.contains('{'))
                concrete.replace(concrete.indexOf('{'), concrete.indexOf('}') - concrete.indexOf('{') + 1, "1");
            const HttpResponse answer = ControlSession(m_daemon).call(it.key().toUpper().toLatin1(), concrete);
            const bool isOpen = it.value()[u"security"].toArray().isEmpty();
            QVERIFY2(
                isOpen ? answer.status != 404 : answer.status == 401,
                QByteArray(it.key().toUtf8() + ' ' + concrete + ": " + QByteArray::number(answer.status)).constData());
        }
    }
}

QTEST_GUILESS_MAIN(ControlTest)
#include "tst_control.moc"
