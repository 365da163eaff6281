// SPDX-License-Identifier: Apache-2.0
// The official conformance suite of the Model Context Protocol against the daemon's own protocol and transport. The
// suite knows nothing of keys: it comes through a proxy that adds one.
#include "tests/integration/mcp/fixtureserver.h"
#include "tests/integration/mcp/headerproxy.h"
#include "tests/integration/mcp/mcpinstallation.h"
#include "tests/support/testdirectory.h"

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
    const McpInstallation m_installation{QFileInfo(QFINDTESTDATA("install.sh")).path()};
};

void McpConformanceTest::initTestCase()
{
    if (const QByteArray why = m_installation.prepare(); !why.isEmpty())
        QSKIP(why.constData());
}

void McpConformanceTest::suite()
{
    const FixtureServer server;
    const HeaderProxy proxy(server.port(), "Authorization: " + FixtureServer::authorization());
    const TestDirectory results;
    ProcessUnderTest tests(m_installation.node(),
                           {m_installation.modules() + u"/@modelcontextprotocol/conformance/dist/index.js"_s,
                            u"server"_s, u"--url"_s, u"http://127.0.0.1:%1/mcp"_s.arg(proxy.port()), u"--suite"_s,
                            u"all"_s, u"--expected-failures"_s, m_installation.source(u"baseline.yml"_s),
                            u"--output-dir"_s, results.path()});
    tests.setVariable(u"NO_PROXY"_s, u"127.0.0.1"_s);
    QVERIFY(tests.start());
    const bool isOver = tests.waitForExit(std::chrono::minutes(4));
    if (!isOver || tests.exitStatus() != 0) // Qt Test would cut it
        std::fprintf(stderr, "%s%s", tests.output().constData(), tests.errors().constData());
    QVERIFY2(isOver, "not over in time");
    QCOMPARE(tests.exitStatus(), 0);
    QVERIFY(tests.output().contains("dns-rebinding-protection")); // it has not run nothing at all
    const qsizetype summary = tests.output().lastIndexOf("=== SUMMARY ===");
    QVERIFY(summary >= 0);
    qInfo("%s", tests.output().sliced(summary).constData());
}

QTEST_GUILESS_MAIN(McpConformanceTest)
#include "tst_mcpconformance.moc"
