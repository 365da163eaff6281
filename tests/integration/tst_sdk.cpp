// SPDX-License-Identifier: Apache-2.0
// The official OpenAI SDKs for Python and JavaScript against the daemon: sdk/test_* are the tests, this is their stage.
#include "tests/integration/daemonfixture.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace moe::test;

class SdkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void python_data();
    void python();
    void javaScript();

private:
    void expectSuccess(const QString &program, const QStringList &arguments);

    enum NodeIndex : std::size_t { Ollama, OpenAi, Slow, Gone, NodeCount };
    std::unique_ptr<DaemonFixture> m_daemon;
};

// Below the class, because moc stumbles over some raw strings.
namespace {

constexpr auto installPatience = std::chrono::minutes(6);
constexpr auto runPatience = std::chrono::minutes(4);
constexpr int cannotInstall = 77;

/// Where the tests in other languages are.
QString sources() { return QFileInfo(QFINDTESTDATA("sdk/install.sh")).path(); }

/// Where the SDKs are installed: beside this build's programs.
QString installed() { return QDir::cleanPath(QCoreApplication::applicationDirPath() + u"/../sdk"_s); }

constexpr auto experts = R"({"math":[{"model":"llama3.3:70b"}],"science":[{"model":"llama3.3:70b"}],
    "general":[{"model":"llama3.3:70b"}]})";

const QByteArray models = R"("models":[
    {"name":"llama3.3:70b","capabilities":["completion","tools"],"context_length":32768},
    {"name":"fails:1b"},
    {"name":"embed","capabilities":["embedding"],"embedding_length":16}])";

// The system prompts tell who of the orchestrator is asking.
const QByteArray rules = R"("rules":[
    {"model":"fails:1b","answer":"","fault":{"status":500}},
    {"role":"user","contains":"never","first_token_ms":3600000},
    {"role":"system","contains":"You split a user's request","answer_json":[
        {"id":"sum","task":"Add up.","category":"math"},{"id":"green","task":"Explain green.","category":"science"}]},
    {"role":"system","contains":"You write the final answer","chunks":["It is ","42 and ","chlorophyll."]},
    {"role":"system","contains":"You are","chunks":["CONFIDENCE: high\n","A finding."]},
    {"role":"any","contains":"18 degrees","answer":"It is warm in Rome."},
    {"role":"user","contains":"weather in Rome","tool_calls":[{"name":"weather","arguments":{"city":"Rome"}}]},
    {"role":"user","contains":"Hello!","answer":"Hello from a simulated node."},
    {"role":"user","contains":"count","chunks":["one ","two ","three"],
     "usage":{"prompt_tokens":11,"completion_tokens":7}},
    {"role":"user","contains":"endless","answer":"on and on ","fault":{"endless":true}},
    {"role":"user","contains":"error inside","chunks":["part ","of ","it "],"repeat":10,
     "fault":{"error_in_stream_after":4}},
    {"role":"user","contains":"cut off","chunks":["part ","of ","it "],"repeat":10,"fault":{"cut_after_bytes":900}}])";

QByteArray nodeConfig(const QByteArray &profile)
{
    return R"({"profile":")" + profile + "\"," + models + ',' + rules + '}';
}

}

void SdkTest::initTestCase()
{
    ProcessUnderTest installer(sources() + u"/install.sh"_s, {installed()});
    QVERIFY(installer.start());
    QVERIFY2(installer.waitForExit(installPatience), installer.output().constData());
    if (installer.exitStatus() == cannotInstall)
        QSKIP(installer.output().trimmed().split('\n').last().constData());
    QVERIFY2(installer.exitStatus() == 0, installer.errors().constData());

    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->setVariable(u"JUDGE_MODEL"_s, u"llama3.3:70b"_s);
    m_daemon->setVariable(u"EXPERT_MODELS"_s, QString::fromLatin1(experts));
    m_daemon->addNode(u"N04-RTX"_s, nodeConfig("ollama"), R"("parallel":4)");
    m_daemon->addNode(u"vllm"_s, nodeConfig("openai"), R"("parallel":4)");
    m_daemon->addNode(u"slow"_s, R"({"models":[{"name":"slow:1b","first_token_ms":3600000}]})", R"("parallel":1)");
    m_daemon->addNode(u"gone"_s, R"({"models":[{"name":"gone:1b"}]})");
    QVERIFY(m_daemon->start());
    // Known from the start, but now it takes no request any more.
    QVERIFY(m_daemon->node(Gone).configure(jsonOf(QByteArray(R"({"fault":{"reset_at_byte":-1,"scope":"all"}})"))));
}

void SdkTest::cleanupTestCase()
{
    if (m_daemon)
        QCOMPARE(m_daemon->stop(), QByteArray());
}

/// Runs tests in another language, installed beside this build, against the daemon.
void SdkTest::expectSuccess(const QString &program, const QStringList &arguments)
{
    QStringList nodes;
    for (std::size_t i = 0; i < NodeCount; ++i)
        nodes.append(u"127.0.0.1:%1"_s.arg(m_daemon->nodePort(i)));
    ProcessUnderTest tests(installed() + program, arguments);
    tests.setVariable(u"MOE_HOST"_s, u"127.0.0.1:%1"_s.arg(m_daemon->apiPort()));
    tests.setVariable(u"MOE_KEY"_s, QString::fromLatin1(m_daemon->key()));
    tests.setVariable(u"MOE_NODES"_s, nodes.join(u' '));
    tests.setVariable(u"NODE_PATH"_s, installed() + u"/node_modules"_s);
    tests.setVariable(u"NO_PROXY"_s, u"127.0.0.1"_s);
    QVERIFY(tests.start());
    const bool isOver = tests.waitForExit(runPatience);
    if (isOver && tests.exitStatus() == 0)
        return;
    // Qt Test would cut it.
    std::fprintf(stderr, "%s%s", tests.output().constData(), tests.errors().constData());
    QVERIFY2(isOver, "not over in time");
    QCOMPARE(tests.exitStatus(), 0);
}

void SdkTest::python_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("answers") << u"test_answers.py"_s;
    QTest::newRow("failures") << u"test_failures.py"_s;
}

void SdkTest::python()
{
    QFETCH(const QString, file);
    expectSuccess(u"/venv/bin/python"_s, {u"-B"_s, sources() + u'/' + file, u"--verbose"_s});
}

void SdkTest::javaScript() { expectSuccess(u"/node"_s, {u"--test"_s, sources() + u"/test_openai.cjs"_s}); }

QTEST_GUILESS_MAIN(SdkTest)
#include "tst_sdk.moc"
