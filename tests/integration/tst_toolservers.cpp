// SPDX-License-Identifier: Apache-2.0
// One daemon offers the tools of another: as long as that is there, and to whom they are granted.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class ToolServersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void nothingIsThereWithoutASetting();
    void toolsAppearWithTheSetting();
    void permissionsHaveThePrefixedName();
    void callsGoThere();
    void tokensAreNotShown();
    void commandsAreForTheMachineToAllow();
    void toolsVanishAndComeBack();
    void ownToolsAreNotFoundAgain();
    void nothingIsGivenAway();

private:
    [[nodiscard]] HttpResponse ask(const QByteArray &method, const QByteArray &path, const QByteArray &key,
                                   const QByteArray &body = {}) const;
    [[nodiscard]] int setServers(const QByteArray &document) const;
    [[nodiscard]] QStringList tools(const QByteArray &key) const;
    [[nodiscard]] QJsonObject component(const QString &name) const;

    DaemonFixture m_near;
    DaemonFixture m_far;
    quint16 m_nearPort = 0;
    quint16 m_farPort = 0;
    QByteArray m_poorKey;
};

/// Also what is not there yet.
static int grant(const DaemonFixture &daemon, const QString &user, const QString &tool)
{
    return daemon
        .moectl({u"permission"_s, u"grant"_s, u"--user"_s, user, u"--type"_s, u"mcp_tool"_s, u"--resource"_s, tool,
                 u"--accept-unknown"_s})
        .status;
}

static QByteArray invocation(const char *tool, const char *args)
{
    return "{\"tool\":\"" + QByteArray(tool) + "\",\"args\":" + args + '}';
}

static const char *january = "{\"base_date\":\"2026-01-31\",\"months\":1}";

HttpResponse ToolServersTest::ask(const QByteArray &method, const QByteArray &path, const QByteArray &key,
                                  const QByteArray &body) const
{
    RawHttpClient client;
    if (!client.connectTo(m_nearPort)
        || !client.exchange(RawHttpClient::request(method, path, {{"Authorization", "Bearer " + key}}, body)))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

int ToolServersTest::setServers(const QByteArray &document) const
{
    return m_near.moectl({u"settings"_s, u"set"_s, u"tools.mcp_servers"_s, QString::fromUtf8(document)}).status;
}

QStringList ToolServersTest::tools(const QByteArray &key) const
{
    QStringList names;
    for (const QJsonValue tool : jsonOf(ask("GET", "/tools", key).body)[u"tools"].toArray())
        names.append(tool[u"name"].toString());
    return names;
}

QJsonObject ToolServersTest::component(const QString &name) const
{
    for (const QJsonValue item : jsonOf(m_near.moectl({u"--json"_s, u"status"_s}).output)[u"components"].toArray()) {
        if (item[u"name"].toString() == name)
            return item.toObject();
    }
    return {};
}

void ToolServersTest::initTestCase()
{
    m_farPort = DaemonFixture::deadPort();
    m_far.addArguments({u"--mcp-port"_s, QString::number(m_farPort)});
    QVERIFY(m_far.start());
    QVERIFY(m_near.start());
    m_nearPort = quint16(m_near.readyFile()[u"mcp"].toInt());
    m_poorKey = m_near.newKey(u"poor"_s);
    QCOMPARE(grant(m_far, u"tester"_s, u"*"_s), 0);
    QCOMPARE(grant(m_near, u"tester"_s, u"*"_s), 0);
    QCOMPARE(grant(m_near, u"poor"_s, u"far__date_add"_s), 0);
}

void ToolServersTest::nothingIsThereWithoutASetting()
{
    QVERIFY(!tools(m_near.key()).isEmpty());
    QVERIFY(tools(m_near.key()).filter(u"__"_s).isEmpty());
    QCOMPARE(tools(m_poorKey), QStringList());
    QCOMPARE(ask("POST", "/invoke", m_near.key(), invocation("far__date_add", january)).status, 404);
}

void ToolServersTest::toolsAppearWithTheSetting()
{
    const qsizetype own = tools(m_near.key()).size();
    QCOMPARE(setServers("[{\"name\":\"far\",\"url\":\"http://127.0.0.1:" + QByteArray::number(m_farPort)
                        + "\",\"token\":\"" + m_far.key() + "\"}]"),
             0);
    QTRY_COMPARE_WITH_TIMEOUT(tools(m_near.key()).size(), 2 * own, 20'000);
    QVERIFY(tools(m_near.key()).contains(u"far__date_add"_s));
    const QByteArray health = ask("GET", "/health", {}).body;
    QVERIFY(health.contains("date_add"));
    QVERIFY(!health.contains("far__")); // not for everybody
    QCOMPARE(component(u"tools of far"_s)[u"ok"].toBool(), true);
    QCOMPARE(component(u"tools of far"_s)[u"detail"].toString(), u"%1 tools"_s.arg(own));
}

void ToolServersTest::permissionsHaveThePrefixedName()
{
    QCOMPARE(tools(m_poorKey), QStringList{u"far__date_add"_s});
    QCOMPARE(ask("POST", "/invoke", m_poorKey, invocation("far__date_add", january)).status, 200);
    QCOMPARE(ask("POST", "/invoke", m_poorKey, invocation("date_add", january)).status, 403);
    QCOMPARE(ask("POST", "/invoke", m_poorKey, invocation("far__date_diff", "{}")).status, 403);
}

void ToolServersTest::callsGoThere()
{
    const HttpResponse answer = ask("POST", "/invoke", m_near.key(), invocation("far__date_add", january));
    QCOMPARE(answer.status, 200);
    QCOMPARE(jsonOf(answer.body)[u"tool"].toString(), u"far__date_add"_s);
    QVERIFY(jsonOf(answer.body)[u"result"].toString().contains(u"2026-02-28"_s));
    QCOMPARE(jsonOf(answer.body)[u"structured_result"],
             jsonOf(ask("POST", "/invoke", m_near.key(), invocation("date_add", january)).body)[u"structured_result"]);
    const HttpResponse failed = ask("POST", "/invoke", m_near.key(), invocation("far__date_add", "{}"));
    QCOMPARE(failed.status, 502);
    QCOMPARE(jsonOf(failed.body)[u"error_code"].toString(), u"remote_failed"_s);
    QVERIFY(jsonOf(failed.body)[u"error"].toString().contains(u"base_date"_s)); // what the tool says is its answer
}

void ToolServersTest::tokensAreNotShown()
{
    const QByteArray shown = m_near.moectl({u"--json"_s, u"settings"_s, u"list"_s}).output;
    QVERIFY(shown.contains("tools.mcp_servers"));
    QVERIFY(!shown.contains(m_far.key()));
}

void ToolServersTest::commandsAreForTheMachineToAllow()
{
    QVERIFY(setServers("[{\"name\":\"sh\",\"command\":\"/bin/sh\"}]") != 0);
    QVERIFY(setServers("[{\"name\":\"sh\",\"command\":\"sh\"}]") != 0);
    QVERIFY(tools(m_near.key()).contains(u"far__date_add"_s)); // nothing has changed
}

void ToolServersTest::toolsVanishAndComeBack()
{
    QCOMPARE(m_far.stop(), QByteArray());
    QTRY_VERIFY_WITH_TIMEOUT(tools(m_near.key()).filter(u"far__"_s).isEmpty(), 30'000);
    QCOMPARE(component(u"tools of far"_s)[u"ok"].toBool(true), false);
    QCOMPARE(ask("POST", "/invoke", m_near.key(), invocation("far__date_add", january)).status, 404);
    QCOMPARE(ask("POST", "/invoke", m_near.key(), invocation("date_add", january)).status, 200);
    QVERIFY(m_far.start());
    QTRY_VERIFY_WITH_TIMEOUT(tools(m_near.key()).contains(u"far__date_add"_s), 60'000);
    QCOMPARE(ask("POST", "/invoke", m_near.key(), invocation("far__date_add", january)).status, 200);
}

void ToolServersTest::ownToolsAreNotFoundAgain()
{
    QCOMPARE(setServers("[{\"name\":\"me\",\"url\":\"http://localhost:" + QByteArray::number(m_nearPort)
                        + "/mcp\",\"token\":\"" + m_near.key() + "\"}]"),
             0);
    QTRY_VERIFY_WITH_TIMEOUT(tools(m_near.key()).filter(u"__"_s).isEmpty(), 20'000);
    QCOMPARE(component(u"tools of me"_s), QJsonObject());
}

void ToolServersTest::nothingIsGivenAway()
{
    QCOMPARE(m_near.stop(), QByteArray());
    QCOMPARE(m_far.stop(), QByteArray());
    const QByteArray written = m_near.process().output() + m_near.process().errors();
    QVERIFY(written.contains("A tool server is there"));
    QVERIFY(!written.contains(m_far.key()));
    QVERIFY(!written.contains(QByteArray("127.0.0.1:" + QByteArray::number(m_farPort))));
}

QTEST_GUILESS_MAIN(ToolServersTest)
#include "tst_toolservers.moc"
