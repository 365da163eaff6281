// SPDX-License-Identifier: Apache-2.0
// moectl's commands about what people may use: keys, permissions, budgets.
#include "daemon/ctl/moectl/budgettable.h"
#include "tests/unit/ctl/fakedaemon.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using moe::moectl::Outcome;
using moe::test::FakeDaemon;

class TestMoectlAccess : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeDaemon> m_daemon;

private Q_SLOTS:
    void init();
    void cleanup();
    void keys();
    void aKeysOtherRatesStay();
    void permissions();
    void permissionsOfGroups();
    void budgets();
    void barsHaveTheColourOfTheirShare_data();
    void barsHaveTheColourOfTheirShare();
};

namespace {

const QByteArray anna = R"({"id":7,"name":"anna","role":"user","active":true,"created_at":"2026-11-21T13:00:00.000Z"})";

QJsonObject object(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

BudgetLine lineOf(qint64 limit, qint64 used)
{
    BudgetLine line;
    line.limit = limit;
    line.used = used;
    return line;
}

}

void TestMoectlAccess::init()
{
    m_daemon = std::make_unique<FakeDaemon>();
    m_daemon->answer("GET /control/v1/users", R"({"items":[)" + anna + "]}");
}

void TestMoectlAccess::cleanup() { m_daemon.reset(); }

void TestMoectlAccess::keys()
{
    m_daemon->answer(
        "POST /control/v1/users/7/keys",
        R"({"id":3,"user":"anna","label":"x","key":"moe-sk-secret","expires_at":null,"last_used_at":null})", 201);
    const QJsonObject key = m_daemon->json(u"key create --user anna --label x --expires 2028-02-29 --parallel 4"_s);
    QCOMPARE(key[u"key"].toString(), u"moe-sk-secret"_s);
    const QJsonObject sent = object(QString::fromUtf8(m_daemon->bodyOf("POST /control/v1/users/7/keys")));
    QCOMPARE(sent[u"expires_at"].toString(), u"2028-03-01T00:00:00.000Z"_s);
    QCOMPARE(sent[u"rates"][u"parallel_requests"].toInt(), 4);
    QCOMPARE(m_daemon->run(u"key create --user anna --label x"_s).output.count(u"moe-sk-secret"), 1);

    m_daemon->answer("DELETE /control/v1/keys/moe-sk-0123456789",
                     R"({"id":3,"active":false,"expires_at":null,"last_used_at":null})");
    QCOMPARE(m_daemon->json(u"key revoke moe-sk-0123456789"_s)[u"active"], QJsonValue(false));
    m_daemon->answer("GET /control/v1/keys",
                     R"({"items":[{"id":1,"active":true,"expires_at":"2026-01-01T00:00:00.000Z","last_used_at":null},)"
                     R"({"id":2,"active":false,"expires_at":"2026-01-01T00:00:00.000Z","last_used_at":null},)"
                     R"({"id":3,"active":true,"expires_at":"2199-01-01T00:00:00.000Z","last_used_at":null},)"
                     R"({"id":4,"active":true,"expires_at":null,"last_used_at":null}]})");
    QStringList states;
    for (const QJsonValue line : m_daemon->json(u"key list"_s)[u"items"].toArray()) {
        states.append(line[u"state"].toString());
        QCOMPARE(line[u"active"].toBool(), states.back() == "active"_L1);
    }
    QCOMPARE(states, QStringList({u"expired"_s, u"revoked"_s, u"active"_s, u"active"_s}));
    for (const QString &expires : {u"tomorrow"_s, u"2027-02-29"_s, u"2027-2-1"_s})
        QCOMPARE(m_daemon->run("key create --user anna --label x --expires "_L1 + expires).exitCode, 2);
}

void TestMoectlAccess::aKeysOtherRatesStay()
{
    m_daemon->answer(
        "GET /control/v1/keys/3",
        R"({"id":3,"expires_at":null,"last_used_at":null,"rates":{"requests_per_minute":60,"parallel_requests":2}})");
    m_daemon->answer("PATCH /control/v1/keys/3", R"({"id":3,"expires_at":null,"last_used_at":null})");
    QCOMPARE(m_daemon->run(u"key set 3 --parallel none --expires none"_s).exitCode, 0);
    QCOMPARE(m_daemon->bodyOf("PATCH /control/v1/keys/3"),
             QByteArray(R"({"expires_at":null,"rates":{"requests_per_minute":60,"parallel_requests":null}})"));
    QCOMPARE(m_daemon->run(u"key set 3 --parallel 0"_s).exitCode, 2);
}

void TestMoectlAccess::permissions()
{
    m_daemon->answer("GET /control/v1/users/7/permissions", R"({"items":[{"type":"skill","resource":"*"}]})");
    m_daemon->answer("PATCH /control/v1/users/7/permissions", R"({"items":[]})");
    const QString what = u" --user anna --type skill --resource "_s;
    const QJsonObject granted = m_daemon->json("permission grant"_L1 + what + u'x');
    QCOMPARE(granted, object(u"{\"type\":\"skill\",\"resource\":\"x\",\"user\":\"anna\",\"changed\":true}"_s));
    QCOMPARE(m_daemon->bodyOf("PATCH /control/v1/users/7/permissions"),
             QByteArray(R"({"grant":[{"type":"skill","resource":"x"}],"revoke":[],"accept_unknown":false})"));
    QCOMPARE(m_daemon->json("permission grant"_L1 + what + u'*')[u"changed"], QJsonValue(false));
    QCOMPARE(m_daemon->json("permission revoke"_L1 + what + u'*')[u"changed"], QJsonValue(true));
    QCOMPARE(m_daemon->json("permission revoke"_L1 + what + u'x')[u"changed"], QJsonValue(false));
    // The answer to both questions is the same here: what it lists is granted by a group.
    for (const QString &resource : {u"*"_s, u"x"_s})
        QVERIFY(m_daemon->json("permission revoke"_L1 + what + resource)[u"note"].toString().contains(u"group"));
    QVERIFY(!m_daemon->json(u"permission revoke --user anna --type mcp_tool --resource x"_s).contains(u"note"));
    m_daemon->json("permission grant --accept-unknown"_L1 + what + u'x');
    QVERIFY(m_daemon->bodyOf("PATCH /control/v1/users/7/permissions").contains("\"accept_unknown\":true"));
    m_daemon->answer("PATCH /control/v1/users/7/permissions",
                     "{\"code\":\"invalid_request\",\"reason\":\"unknown_resource\",\"detail\":\"x\"}", 422);
    const Outcome refused = m_daemon->run("permission grant"_L1 + what + u'y');
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.error.contains(u"skill \"y\"") && refused.error.contains(u"--accept-unknown"),
             qPrintable(refused.error));
    QCOMPARE(m_daemon->json(u"permission list --user anna"_s)[u"items"].toArray().size(), 1);
    QCOMPARE(m_daemon->last().query, QByteArray("effective=true"));
}

void TestMoectlAccess::permissionsOfGroups()
{
    m_daemon->answer("GET /control/v1/groups", R"({"items":[{"id":1,"name":"Teachers"},{"id":2,"name":"teach"}]})");
    m_daemon->answer("GET /control/v1/groups/2/permissions", R"({"items":[]})");
    m_daemon->answer("PATCH /control/v1/groups/2/permissions", R"({"items":[]})");
    const QJsonObject granted = m_daemon->json(u"permission grant --group Teach --type moe_mode --resource *"_s);
    QCOMPARE(granted[u"group"].toString(), u"teach"_s);
    QVERIFY(granted[u"changed"].toBool());
    const QString rest = u" --type moe_mode --resource x"_s;
    QCOMPARE(m_daemon->run("permission grant"_L1 + rest).exitCode, 2);
    QCOMPARE(m_daemon->run("permission grant --user anna --group teach"_L1 + rest).exitCode, 2);
    QCOMPARE(m_daemon->run(u"permission grant --user anna --type nonsense --resource x"_s).exitCode, 1);
}

void TestMoectlAccess::budgets()
{
    m_daemon->answer("PATCH /control/v1/users/7/limits", "{}");
    m_daemon->answer(
        "GET /control/v1/users/7/budget",
        R"({"daily":{"limit":1000,"used":800,"reserved":0,"resets_at":"2026-11-22T00:00:00.000Z"},)"
        R"("monthly":{"limit":null,"used":800,"reserved":0,"resets_at":null},"total":{"limit":null,"used":800,"reserved":5,"resets_at":null}})");
    const QJsonObject state = m_daemon->json(u"budget set --user anna --daily 1000 --total none"_s);
    QCOMPARE(m_daemon->bodyOf("PATCH /control/v1/users/7/limits"),
             QByteArray(R"({"budget":{"daily":1000,"total":null},"rates":{}})"));
    QCOMPARE(state[u"daily"][u"limit"].toInt(), 1000);
    QCOMPARE(state[u"daily"][u"resets_at"].toString(), u"2026-11-22T00:00:00.000Z"_s);
    QCOMPARE(state[u"monthly"][u"limit"], QJsonValue(QJsonValue::Null));
    QCOMPARE(state[u"total"][u"limit"], QJsonValue(QJsonValue::Null));
    QCOMPARE(state[u"total"][u"reserved"].toInt(), 5);
    for (const QString &wrong : {u"-1"_s, u"9007199254740993"_s, u"1.5"_s, u"many"_s})
        QCOMPARE(m_daemon->run({u"budget"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--daily"_s, wrong}).exitCode, 2);
    QCOMPARE(m_daemon->run(u"budget set --user anna"_s).exitCode, 2);
    const QString table = m_daemon->run(u"budget show --user anna"_s).output;
    QVERIFY(table.contains(u"[################....] 80 %"));
    QVERIFY(!table.contains(QChar(0x1b)));
    m_daemon->console->coloured = true;
    QVERIFY(m_daemon->run(u"budget show --user anna"_s).output.contains(QChar(0x1b)));
}

void TestMoectlAccess::barsHaveTheColourOfTheirShare_data()
{
    QTest::addColumn<qint64>("used");
    QTest::addColumn<QString>("colour");
    QTest::newRow("0") << qint64(0) << u"\x1b[32m"_s;
    QTest::newRow("69.9") << qint64(699) << u"\x1b[32m"_s;
    QTest::newRow("70") << qint64(700) << u"\x1b[38;5;208m"_s;
    QTest::newRow("90") << qint64(900) << u"\x1b[38;5;208m"_s;
    QTest::newRow("90.1") << qint64(901) << u"\x1b[31m"_s;
    QTest::newRow("more than all") << qint64(5'000) << u"\x1b[31m"_s;
}

void TestMoectlAccess::barsHaveTheColourOfTheirShare()
{
    QFETCH(const qint64, used);
    QFETCH(const QString, colour);
    BudgetState state;
    state.daily = lineOf(1'000, used);
    QVERIFY(moectl::budgetTable(state, true).contains(colour));
    QCOMPARE(moectl::budgetTable(state, true).count(QChar(0x1b)), 2);
}

QTEST_GUILESS_MAIN(TestMoectlAccess)
#include "tst_moectlaccess.moc"
