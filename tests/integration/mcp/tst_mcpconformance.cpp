// SPDX-License-Identifier: Apache-2.0
// The official conformance suite of the Model Context Protocol against the daemon's own protocol and transport.
#include "tests/integration/mcp/fixtureserver.h"
#include "tests/support/processundertest.h"
#include "tests/support/testdirectory.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace moe::test;

class McpConformanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void suite();

private:
    QString m_sources;
    QString m_installed;
};

void McpConformanceTest::initTestCase()
{
    constexpr int cannotInstall = 77;
    m_sources = QFileInfo(QFINDTESTDATA("install.sh")).path();
    m_installed = QDir::cleanPath(QCoreApplication::applicationDirPath() + u"/../mcp"_s);
    ProcessUnderTest installer(m_sources + u"/install.sh"_s, {m_installed});
    QVERIFY(installer.start());
    QVERIFY2(installer.waitForExit(std::chrono::minutes(6)), installer.output().constData());
    if (installer.exitStatus() == cannotInstall)
        QSKIP(installer.output().trimmed().split('\n').last().constData());
    QVERIFY2(installer.exitStatus() == 0, installer.errors().constData());
}

void McpConformanceTest::suite()
{
    const FixtureServer server;
    const TestDirectory results;
    ProcessUnderTest tests(m_installed + u"/node"_s,
                           {m_installed + u"/node_modules/@modelcontextprotocol/conformance/dist/index.js"_s,
                            u"server"_s, u"--url"_s, u"http://127.0.0.1:%1/mcp"_s.arg(server.port()), u"--suite"_s,
                            u"all"_s, u"--expected-failures"_s, m_sources + u"/baseline.yml"_s, u"--output-dir"_s,
                            results.path()});
    tests.setVariable(u"NO_PROXY"_s, u"127.0.0.1"_s);
    QVERIFY(tests.start());
    const bool isOver = tests.waitForExit(std::chrono::minutes(4));
    if (!isOver || tests.exitStatus() != 0) // Qt Test would cut it
        std::fprintf(stderr, "%s%s", tests.output().constData(), tests.errors().constData());
    QVERIFY2(isOver, "not over in time");
    QCOMPARE(tests.exitStatus(), 0);
    QVERIFY(tests.output().contains("dns-rebinding-protection")); // it has not run nothing at all
}

QTEST_GUILESS_MAIN(McpConformanceTest)
#include "tst_mcpconformance.moc"
