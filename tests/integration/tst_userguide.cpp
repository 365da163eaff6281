// SPDX-License-Identifier: Apache-2.0
// What account holders were promised, walked through as they would: the control API over HTTP, the administrator's part
// with moectl, requests to a simulated node.
#include "tests/integration/controlsession.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray startPassword = "initial password";
const QByteArray ownPassword = "my very own password";

QString text(const QByteArray &bytes) { return QString::fromUtf8(bytes); }

}

/// The sections build on each other, in the order of the guide.
class UserGuideTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void section1FirstSignIn();
    void section3Keys();
    void section5NothingIsAllowedAtFirst();
    void section5BudgetAndConsumption();
    void section6ProfileAndPassword();
    void section7Errors();

private:
    void admin(const QStringList &arguments);
    [[nodiscard]] HttpResponse ask(const QByteArray &key) const;

    DaemonFixture m_daemon;
    std::unique_ptr<ControlSession> m_me;
    QByteArray m_key;
};

void UserGuideTest::initTestCase()
{
    m_daemon.addNode(u"N04-RTX"_s,
                     R"({"models":[{"name":"llama3.3:70b"}],"rules":[{"answer":"Docker Compose starts containers.",)"
                     R"("usage":{"prompt_tokens":12,"completion_tokens":30}}]})");
    QVERIFY(m_daemon.start());
    ControlSession administrator(m_daemon);
    QVERIFY(administrator.setUp(m_daemon, "administrator", "the administrator's own"));
    QCOMPARE(
        administrator.post("/users", "{\"name\":\"max.mustermann\",\"password\":\"" + startPassword + "\"}").status,
        201);
    m_me = std::make_unique<ControlSession>(m_daemon);
}

void UserGuideTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void UserGuideTest::admin(const QStringList &arguments)
{
    const CommandResult result = m_daemon.moectl(QStringList{u"--json"_s} + arguments);
    if (result.status != 0)
        qFatal("moectl %s: %s", qUtf8Printable(arguments.join(u' ')), result.errors.constData());
}

HttpResponse UserGuideTest::ask(const QByteArray &key) const
{
    RawHttpClient client;
    const QByteArray body = chatBody("llama3.3:70b@N04-RTX", "Explain Docker Compose.", R"("max_tokens":100)");
    if (!client.connectTo(m_daemon.apiPort())
        || !client.exchange(RawHttpClient::request("POST", "/v1/chat/completions", {{"x-api-key", key}}, body)))
        return {};
    return client.response();
}

void UserGuideTest::section1FirstSignIn()
{
    QVERIFY(!m_me->signIn("max.mustermann", "a wrong password"));
    QVERIFY(m_me->signIn("max.mustermann", startPassword));
    QCOMPARE(jsonOf(m_me->get("/me"))[u"must_change_password"].toBool(), true);
    QCOMPARE(m_me->call("PUT", "/me/password",
                        "{\"current_password\":\"" + startPassword + "\",\"new_password\":\"" + ownPassword + "\"}")
                 .status,
             204);
    QCOMPARE(m_me->get("/me/budget").status, 200);
    QCOMPARE(jsonOf(m_me->get("/me/permissions"))[u"items"].toArray().size(), 0);
}

void UserGuideTest::section3Keys()
{
    const HttpResponse made = m_me->post("/me/keys", R"({"label":"Claude Code Laptop"})");
    QCOMPARE(made.status, 201);
    m_key = jsonOf(made)[u"key"].toString().toUtf8();
    QVERIFY(m_key.startsWith("moe-sk-"));
    QCOMPARE(m_key.size(), 55);
    // From then on it is known by its beginning only.
    const HttpResponse list = m_me->get("/me/keys");
    const QJsonArray keys = jsonOf(list)[u"items"].toArray();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys[0][u"prefix"].toString(), text(m_key.first(16)));
    QCOMPARE(keys[0][u"label"].toString(), u"Claude Code Laptop"_s);
    QVERIFY(!list.body.contains(m_key));

    const HttpResponse second = m_me->post("/me/keys", R"({"label":"lost"})");
    const QByteArray lost = jsonOf(second)[u"key"].toString().toUtf8();
    QCOMPARE(ask(lost).status, 403); // known, but nothing is allowed yet
    const QByteArray id = QByteArray::number(jsonOf(second)[u"id"].toInteger());
    QCOMPARE(m_me->call("DELETE", "/me/keys/" + id).status, 200);
    QCOMPARE(ask(lost).status, 401);
}

void UserGuideTest::section5NothingIsAllowedAtFirst()
{
    const HttpResponse refused = ask(m_key);
    QCOMPARE(refused.status, 403);
    QVERIFY(refused.body.contains("model_endpoint") && refused.body.contains("llama3.3:70b@N04-RTX"));
    admin({u"permission"_s, u"grant"_s, u"--user"_s, u"max.mustermann"_s, u"--type"_s, u"model_endpoint"_s,
           u"--resource"_s, u"llama3.3:70b@N04-RTX"_s});
    const QJsonArray mine = jsonOf(m_me->get("/me/permissions"))[u"items"].toArray();
    QCOMPARE(mine.size(), 1);
    QCOMPARE(mine[0][u"resource"].toString(), u"llama3.3:70b@N04-RTX"_s);
    QCOMPARE(ask(m_key).status, 200);
    // What one may use can be asked for before: of every type.
    const auto access = [this](const QByteArray &type, const QByteArray &resource) {
        return m_me->get("/me/access?type=" + type + "&resource=" + resource);
    };
    QCOMPARE(access("model_endpoint", "llama3.3:70b@N04-RTX").status, 200);
    for (const QByteArray &type :
         {"model_endpoint"_ba, "moe_mode"_ba, "skill"_ba, "mcp_tool"_ba, "cc_profile"_ba, "expert_template"_ba}) {
        const HttpResponse denied = access(type, "anything");
        QCOMPARE(problemOf(denied, 403), QByteArray());
        QVERIFY(denied.body.contains(type) && denied.body.contains("anything"));
    }
    QCOMPARE(problemOf(access("fax_machine", "anything"), 422, "type"), QByteArray());
}

void UserGuideTest::section5BudgetAndConsumption()
{
    admin(
        {u"budget"_s, u"set"_s, u"--user"_s, u"max.mustermann"_s, u"--daily"_s, u"300"_s, u"--monthly"_s, u"100000"_s});
    const HttpResponse answered = ask(m_key);
    QCOMPARE(answered.status, 200);
    const qint64 used = 2 * (12 + 30); // with the one before
    QCOMPARE(answered.header("x-moe-budget-monthly-remaining"), QByteArray::number(100'000 - used));
    const QJsonObject budget = jsonOf(m_me->get("/me/budget"));
    QCOMPARE(budget[u"daily"][u"limit"].toInteger(), 300);
    QCOMPARE(budget[u"daily"][u"used"].toInteger(), used);
    QVERIFY(budget[u"daily"][u"resets_at"].toString().endsWith("T00:00:00.000Z"_L1));
    QCOMPARE(budget[u"total"][u"limit"], QJsonValue(QJsonValue::Null));
    int answers = 2;
    while (ask(m_key).status == 200 && answers < 20)
        ++answers;
    const HttpResponse exceeded = ask(m_key);
    QCOMPARE(errorProblem(exceeded, 429, "budget_exceeded"), QByteArray());

    // What was used, by model and day, and every request with its status.
    const auto history = [this] { return jsonOf(m_me->get("/me/usage?limit=50"))[u"items"].toArray(); };
    QTRY_COMPARE(history().size(), answers + 4); // refused twice for want of permission, twice for want of budget
    QCOMPARE(history()[0][u"status"].toString(), u"budget_exceeded"_s);
    QCOMPARE(jsonOf(m_me->get("/me/usage?status=ok"))[u"items"].toArray().size(), answers);
    const QJsonArray models = jsonOf(m_me->get("/me/usage/models"))[u"items"].toArray();
    QCOMPARE(models[0][u"model"].toString(), u"llama3.3:70b@N04-RTX"_s);
    QCOMPARE(models[0][u"mode"].toString(), u"moe_native"_s);
    QCOMPARE(models[0][u"total_tokens"].toInteger(), answers * 42);
    const QJsonArray days = jsonOf(m_me->get("/me/usage/daily?days=14"))[u"items"].toArray();
    qint64 total = 0;
    for (const QJsonValue &day : days)
        total += day[u"total_tokens"].toInteger();
    QCOMPARE(total, answers * 42);
}

void UserGuideTest::section6ProfileAndPassword()
{
    QCOMPARE(m_me->patch("/me", R"({"display_name":"Max Mustermann","email":"max@example.org"})").status, 200);
    QCOMPARE(jsonOf(m_me->get("/me"))[u"display_name"].toString(), u"Max Mustermann"_s);
    QCOMPARE(problemOf(m_me->patch("/me", R"({"name":"moritz"})"), 422, "name"), QByteArray());
    QCOMPARE(problemOf(m_me->call("PUT", "/me/password",
                                  "{\"current_password\":\"" + ownPassword + "\",\"new_password\":\"seven77\"}"),
                       422),
             QByteArray());
    ControlSession elsewhere(m_daemon);
    QVERIFY(elsewhere.signIn("max.mustermann", ownPassword));
    QCOMPARE(m_me->call("PUT", "/me/password",
                        "{\"current_password\":\"" + ownPassword + "\",\"new_password\":\"an even better one\"}")
                 .status,
             204);
    QCOMPARE(elsewhere.get("/me").status, 401); // whoever else was signed in is out
    QCOMPARE(m_me->get("/me").status, 200);
}

void UserGuideTest::section7Errors()
{
    QCOMPARE(ask("moe-sk-" + QByteArray(48, '0')).status, 401);
    QCOMPARE(ask({}).status, 401);
    QCOMPARE(ask(m_key).status, 429);
    admin({u"budget"_s, u"set"_s, u"--user"_s, u"max.mustermann"_s, u"--daily"_s, u"none"_s});
    QCOMPARE(ask(m_key).status, 200);
    admin({u"user"_s, u"block"_s, u"max.mustermann"_s});
    QCOMPARE(ask(m_key).status, 401);
    QCOMPARE(m_me->get("/me").status, 401);
    ControlSession again(m_daemon);
    QVERIFY(!again.signIn("max.mustermann", "an even better one"));
    admin({u"user"_s, u"unblock"_s, u"max.mustermann"_s});
    QCOMPARE(ask(m_key).status, 200);
    QVERIFY(again.signIn("MAX.Mustermann", "an even better one"));
}

QTEST_GUILESS_MAIN(UserGuideTest)
#include "tst_userguide.moc"
