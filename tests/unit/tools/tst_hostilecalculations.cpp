// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculate.h"
#include "daemon/tools/engines.h"
#include "daemon/tools/worker/workermain.h"
#include "tests/unit/tools/toolcall.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

/// What is meant to hurt ends with an error, in time.
class HostileCalculationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hostileInput_data();
    void hostileInput();

private:
    CallOutcome calculate(const QString &expression)
    {
        return callTool(m_tools, u"calculate"_s, {{u"expression"_s, expression}});
    }

    WorkerPool m_pool{{}};
    const ToolList m_tools = calculateTools(m_pool);
};

void HostileCalculationsTest::hostileInput_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expression, const char *expected) {
        QTest::newRow(expression) << QString::fromUtf8(expression) << QString::fromUtf8(expected);
    };
    row("9^9^9^9", "!too_hard");
    row("2^(10^9)", "!too_hard");
    row("2^10^9", "!too_hard");
    row("factorial(10^9)", "!too_hard");
    row("10^9!", "!too_hard");
    row("3!^4!^5!", "!too_hard");
    row("exp(10^9)", "!too_hard");
    row("round(1; 10^9)", "!too_hard");
    row("1e999999999", "!too_hard");
    row("(1/3)^99999999", "!too_hard");
    row("sin(9^99999999)", "!too_hard");
    row("read(\"/etc/passwd\")", "!invalid_expression");
    row("system(\"id\")", "!invalid_expression");
    row("fopen(\"x\",\"w\")", "!invalid_expression");
    row("load(1)", "!invalid_expression");
    row("a:=5", "!invalid_expression");
    row("while(1){}", "!invalid_expression");
    row("[1,2,3]", "!invalid_expression");
    row("1;2", "!invalid_expression");
    row("int(1)", "!invalid_expression");
    row("i", "!invalid_expression");
    row("0x10", "!invalid_expression");
    row("'1'", "!invalid_expression");
    row("1//2", "!invalid_expression");
    const auto longRow = [](const char *name, const QString &expression, const char *expected) {
        QTest::newRow(name) << expression << QString::fromUtf8(expected);
    };
    longRow("a number of 10^6 digits", QString(1'000'000, u'9'), "!too_hard");
    longRow("a number of 15,000 digits", QString(15'000, u'9'), "!too_hard");
    longRow("an identifier of 20,000 characters", QString(20'000, u'a'), "!invalid_expression");
    longRow("open parentheses", QString(10'000, u'('), "!too_hard");
    longRow("signs", QString(10'000, u'-') + u'1', "!too_hard");
    longRow("roots", QString(10'000, u'√') + u'1', "!too_hard");
    longRow("nested calls", u"sin("_s.repeated(5'000), "!too_hard");
    longRow("a long sum", u"1+"_s.repeated(9'000) + u'1', "!too_hard");
    longRow("powers of powers", u"2^"_s.repeated(90) + u'2', "!too_hard");
    longRow("a null character", u"1+"_s + QChar(0) + u'1', "!invalid_expression");
    longRow("half a surrogate pair", u"1+"_s + QChar(0xd800), "!invalid_expression");
    longRow("only percents", u"1"_s + QString(1'500, u'%'), "!too_hard");
}

void HostileCalculationsTest::hostileInput()
{
    QFETCH(const QString, expression);
    QFETCH(const QString, expected);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(calculate(expression).outcome(u"result"_s), expected);
    QVERIFY(timer.elapsed() < 3'000);
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(engines());
    QCoreApplication application(argc, argv);
    HostileCalculationsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_hostilecalculations.moc"
