// SPDX-License-Identifier: Apache-2.0
// The official SDK of the Model Context Protocol against the daemon: mcp/test_sdk.mjs is the test, this is its stage.
#include "tests/integration/daemonfixture.h"
#include "tests/integration/mcp/mcpinstallation.h"

#include <QFileInfo>
#include <QTest>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace moe::test;

class McpSdkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void javaScript();

private:
    const McpInstallation m_installation{QFileInfo(QFINDTESTDATA("mcp/install.sh")).path()};
    std::unique_ptr<DaemonFixture> m_daemon;
};

void McpSdkTest::initTestCase()
{
    if (const QByteArray why = m_installation.prepare(); !why.isEmpty())
        QSKIP(why.constData());
    m_daemon = std::make_unique<DaemonFixture>();
    QVERIFY(m_daemon->start());
}

void McpSdkTest::cleanupTestCase()
{
    if (m_daemon)
        QCOMPARE(m_daemon->stop(), QByteArray());
}

void McpSdkTest::javaScript()
{
    const QByteArray poorKey = m_daemon->newKey(u"poor"_s);
    const auto grant = [this](const QString &user, const QString &tool) {
        return m_daemon
            ->moectl(
                {u"permission"_s, u"grant"_s, u"--user"_s, user, u"--type"_s, u"mcp_tool"_s, u"--resource"_s, tool})
            .status;
    };
    QCOMPARE(grant(u"tester"_s, u"*"_s), 0);
    QCOMPARE(grant(u"poor"_s, u"date_add"_s), 0);

    ProcessUnderTest tests(m_installation.node(), {u"--test"_s, m_installation.source(u"test_sdk.mjs"_s)});
    tests.setVariable(u"MOE_MCP"_s, u"http://127.0.0.1:%1"_s.arg(m_daemon->readyFile()[u"mcp"].toInt()));
    tests.setVariable(u"MOE_KEY"_s, QString::fromLatin1(m_daemon->key()));
    tests.setVariable(u"MOE_POOR_KEY"_s, QString::fromLatin1(poorKey));
    tests.setVariable(u"MOECTL"_s, DaemonFixture::program(u"moectl"_s));
    tests.setVariable(u"NODE_PATH"_s, m_installation.modules());
    tests.setVariable(u"NO_PROXY"_s, u"127.0.0.1"_s);
    QVERIFY(tests.start());
    const bool isOver = tests.waitForExit(std::chrono::minutes(4));
    if (!isOver || tests.exitStatus() != 0) // Qt Test would cut it
        std::fprintf(stderr, "%s%s", tests.output().constData(), tests.errors().constData());
    QVERIFY2(isOver, "not over in time");
    QCOMPARE(tests.exitStatus(), 0);
}

QTEST_GUILESS_MAIN(McpSdkTest)
#include "tst_mcpsdk.moc"
