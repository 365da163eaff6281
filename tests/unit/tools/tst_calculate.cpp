// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculate.h"
#include "daemon/tools/engines.h"
#include "daemon/tools/worker/workermain.h"
#include "tests/unit/tools/toolcall.h"

#include <QCoreApplication>
#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

/// Expressions in, numbers out, through a worker. Expected values are from arithmetic with fractions and 50 decimals
/// elsewhere.
class CalculateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exactResults_data();
    void exactResults();
    void roundedResults_data();
    void roundedResults();
    void wholeResultsStayWhole();
    void phrases_data();
    void phrases();
    void refusals_data();
    void refusals();
    void positionsAreNamed();

private:
    CallOutcome calculate(const QString &expression)
    {
        return callTool(m_tools, u"calculate"_s, {{u"expression"_s, expression}});
    }

    WorkerPool m_pool{{}};
    const ToolList m_tools = calculateTools(m_pool);
};

namespace {

void row(const char *expression, const char *expected, const char *exact = "")
{
    QTest::newRow(expression) << QString::fromUtf8(expression) << QString::fromUtf8(expected)
                              << QString::fromUtf8(exact);
}

void columns()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("exact");
}

}

void CalculateTest::exactResults_data()
{
    columns();
    row("123456789.123456789*1000", "123456789123.456789", "123456789123456789/1000000");
    row("2^300", "2037035976334486086268445688409378161051468393665936250636140449354381299763336706183397376");
    row("0.1+0.2", "0.3", "3/10");
    row("1+2*3", "7");
    row("(1+2)*3", "9");
    row("2-3-4", "-5");
    row("100/8/2", "6.25", "25/4");
    row("2^3^2", "512");
    row("2**10", "1024");
    row("-2^2", "-4");
    row("(-2)^2", "4");
    row("2^-2", "0.25", "1/4");
    row("--5", "5");
    row("+5", "5");
    row("2--3", "5");
    row("5!", "120");
    row("factorial(20)", "2432902008176640000");
    row("3!^2", "36");
    row("-3!", "-6");
    row("0!", "1");
    row("2(3+4)", "14");
    row("(1+2)(3+4)", "21");
    row("1e3", "1000");
    row("2.5E-3", "0.0025", "1/400");
    row(".5+5.", "5.5", "11/2");
    row("3/4", "0.75", "3/4");
    row("1/1024", "0.0009765625", "1/1024");
    row("sqrt(16)", "4");
    row("sqrt(0.25)", "0.5", "1/2");
    row("sqrt(2)*sqrt(2)", "2");
    row("sqrt(2)*sqrt(8)", "4");
    row("8^(1/3)", "2");
    row("(8/27)^(2/3)-4/9", "0");
    row("16^0.75", "8");
    row("abs(-3/4)", "0.75", "3/4");
    row("abs(1-sqrt(2)) - sqrt(2)", "-1");
    row("round(2.5)", "3");
    row("round(-2.5)", "-3");
    row("round(2.4999999999999999999)", "2");
    row("round(3.14159; 2)", "3.14", "157/50");
    row("round(1234, -2)", "1200");
    row("round(10^20*pi)", "314159265358979323846");
    row("floor(-7/2)", "-4");
    row("ceil(-7/2)", "-3");
    row("floor(10^20*pi)", "314159265358979323846");
    row("ceil(10^30*sqrt(2))", "1414213562373095048801688724210");
    row("floor(10^40*pi)", "31415926535897932384626433832795028841971");
    row("sin(pi/6)", "0.5", "1/2");
    row("cos(pi)", "-1");
    row("tan(pi/4)", "1");
    row("sin(tau)", "0");
    row("atan(1)*4/pi", "1");
    row("asin(1)/pi", "0.5", "1/2");
    row("acos(0)*2-pi", "0");
    row("sin(1)^2+cos(1)^2", "1");
    row("log(e)", "1");
    row("log(e^3)", "3");
    row("ln(1)", "0");
    row("log10(1000)", "3");
    row("log10(0.001)", "-3");
    row("log2(8)", "3");
    row("log2(2^100)", "100");
    row("log(8; 2)", "3");
    row("log(1/9; 3)", "-2");
    row("exp(0)", "1");
    row("exp(log(5))", "5");
    row("1/3+1/6", "0.5", "1/2");
    row("999999999999999999999*999999999999999999999", "999999999999999999998000000000000000000001");
    row("1/8^20", "0.000000000000000000867361737988403547205962240695953369140625", "1/1152921504606846976");
    row("sqrt(-4)", "2i", "2*i");
    row("10^40+sqrt(-1)", "10000000000000000000000000000000000000000 + i",
        "10000000000000000000000000000000000000000+i");
    row("round(-0.5)", "-1");
    row("abs(sqrt(-9)-4)", "5");
    row("acos(-1)/pi", "1");
}

void CalculateTest::exactResults()
{
    QFETCH(const QString, expression);
    QFETCH(const QString, expected);
    QFETCH(const QString, exact);
    const CallOutcome called = calculate(expression);
    QCOMPARE(called.outcome(u"result"_s), expected);
    QCOMPARE(called.outcome(u"exact"_s), exact);
    QCOMPARE(called.object.value("rounded"_L1).toBool(true), false);
}

void CalculateTest::roundedResults_data()
{
    columns();
    row("1/3", "0.333333333333333", "1/3");
    row("2/3", "0.666666666666667", "2/3");
    row("-22/7", "-3.14285714285714", "-22/7");
    row("sqrt(2)", "1.41421356237310");
    row("√2", "1.41421356237310");
    row("sqrt(8)", "2.82842712474619");
    row("pi", "3.14159265358979");
    row("e", "2.71828182845905");
    row("tau", "6.28318530717959");
    row("2pi", "6.28318530717959");
    row("log(2)", "0.693147180559945");
    row("sin(1)", "0.841470984807897");
    row("cos(10^30)", "-0.995931194405396", "");
    row("exp(1/2)", "1.64872127070013");
    row("atan(2)", "1.10714871779409");
    row("log10(2)", "0.301029995663981");
    row("sqrt(2)*10^50", "1.41421356237310e50", "");
    row("pi/10^12", "3.14159265358979e-12", "");
    row("1/998001", "1.00200300400501e-6", "1/998001");
    row("(-8)^(1/3)", "1 + 1.73205080756888i", "");
    row("abs(log10(-4.41))", "1.50891481884103");
    row("exp(0.123456)", "1.13140022183711");
    row("2^0.123456", "1.08934127459527");
    row("10^-7.4321", "3.69743033498097e-8");
    row("1.05^2.718281", "1.14182216449490");
    row("exp(12.3456)", "229946.051109900");
    row("exp(sqrt(6.16)^3)", "4363207.15908891");
    row("exp(round(16.936))", "24154952.7535753");
    row("exp(-10000)", "1.13548386531474e-4343");
    row("exp(10000)", "8.80681822566292e4342");
    row("acos(exp(-730.55))", "1.57079632679490");
    row("log(-0.949866142889)*13.187", "-0.678262881607460 + 41.4281823228886i");
    row("(-2.5)^1.3", "-1.93437511521980 - 2.66243893599788i");
    row("(-9/7)^(11/7)", "0.330281015890362 - 1.44705567934789i");
    row("sqrt(733+8*sqrt(-44))", "27.0916810369270 + 0.979378071322992i");
    row("sqrt(3-sqrt(-5))", "1.83598167022086 - 0.608957053811655i");
    row("sqrt(-3-sqrt(-5))", "0.608957053811655 - 1.83598167022086i");
    row("log(-3-sqrt(-5))", "1.31952866480763 - 2.50107034091037i");
    row("cos(log(-1.55))", "10.4964392593307 - 4.90082260836974i");
    row("exp(1+sqrt(-2))", "0.423898911743481 + 2.68502622176271i");
    row("tan(1+sqrt(-2))", "0.112636895715843 + 1.04422755286939i");
    row("asin(sqrt(2)*sqrt(2)/2)", "1.57079632679490");
    row("sqrt(2)+sqrt(-1)/10^40", "1.41421356237310 + 0.0000000000000000000000000000000000000001i");
}

void CalculateTest::roundedResults()
{
    QFETCH(const QString, expression);
    QFETCH(const QString, expected);
    QFETCH(const QString, exact);
    const CallOutcome called = calculate(expression);
    QCOMPARE(called.outcome(u"result"_s), expected);
    if (!exact.isEmpty())
        QCOMPARE(called.outcome(u"exact"_s), exact);
    // However the closed form is written, it is the same number.
    const QString form = called.outcome(u"exact"_s);
    if (!form.isEmpty() && !called.object.contains("imaginary"_L1))
        QCOMPARE(calculate(form).outcome(u"result"_s), expected);
    QCOMPARE(called.object.value("rounded"_L1).toBool(), true);
}

void CalculateTest::wholeResultsStayWhole()
{
    const CallOutcome large = calculate(u"7^20000"_s);
    const QString digits = large.outcome(u"result"_s);
    QCOMPARE(digits.size(), 16'902);
    QVERIFY(digits.endsWith(u"0001"_s)); // 7^4 = 2401, so 7^(4·5000) ends in 0001
    const CallOutcome complex = calculate(u"sqrt(-2.25)"_s);
    QCOMPARE(complex.outcome(u"result"_s), u"1.5i"_s);
    QCOMPARE(complex.outcome(u"real"_s), u"0"_s);
    QCOMPARE(complex.outcome(u"imaginary"_s), u"1.5"_s);
}

void CalculateTest::phrases_data()
{
    columns();
    row("15% of 200", "30");
    row("17.3 % von 2489,50", "430.6835");
    row("15 % von 200 + 10", "40");
    row("19 Prozent von 100", "19");
    row("10% of 20% of 500", "10");
    row("12,5% von 80", "10");
    row("2*10% of 50", "10");
    row("10+10% of 50", "15");
    row("(100/50)% of 200", "4");
    row("(2^2)% of 50", "2");
    row("5²% of 50", "12.5");
    row("200 + 10%", "200.1");
    row("50%", "0.5");
    row("200*(1+19%)", "238");
    row("2489,50 + 0,125", "2489.625");
    row("19% von 1.234,56", "234.5664");
    row("1,234.56 * 2", "2469.12");
    row("1234,567", "1234.567");
    row("1.234.567 + 1,234,567", "2469134");
    row("1.234,5", "1234.5");
    row("sqrt(1.234,5*2)^2", "2469");
    row("round(1.234,2)", "1.23");
    row("round(3.14159,2)", "3.14");
    row("round(abs(1.234,56); 1)", "1234.6");
    row("round(1.234.567, -3)", "1235000");
    row("log(8.0,2)", "3");
    row("3 × 4 ÷ 2 − 1", "5");
    row("3·4", "12");
    row("5² + 2³", "33");
    row("√16 + √(9)", "7");
    row("2√9", "6");
    row("π/π", "1");
    row("SQRT(4)", "2");
    row("1\u00a0+\u20091", "2");
}

void CalculateTest::phrases()
{
    QFETCH(const QString, expression);
    QFETCH(const QString, expected);
    QCOMPARE(calculate(expression).outcome(u"result"_s), expected);
}

void CalculateTest::refusals_data()
{
    columns();
    row("1/0", "!division_by_zero");
    row("1/(1-1)", "!division_by_zero");
    row("0/0", "!division_by_zero");
    row("1/(sqrt(2)^2-2)", "!division_by_zero");
    row("1/(1/0)", "!division_by_zero");
    row("0^-1", "!division_by_zero");
    row("0^0", "!undefined");
    row("(1-1)^(2-2) + 1/2", "!undefined");
    row("log(0)", "!undefined");
    row("1/log(0)", "!undefined");
    row("exp(log(0))", "!undefined");
    row("log10(0)", "!undefined");
    row("log(5; 1)", "!undefined");
    row("tan(pi/2)", "!undefined");
    row("(-1)!", "!undefined");
    row("0.5!", "!undefined");
    row("floor(sqrt(-1))", "!undefined");
    row("ceil(sqrt(-4))", "!undefined");
    row("round(sqrt(-4))", "!undefined");
    row("round(1+sqrt(-4); 2)", "!undefined");
    row("acos(2)", "!undefined");
    row("acos(2*sqrt(3))", "!undefined");
    row("asin(6.7^1.5)", "!undefined");
    row("asin(sqrt(18)^(1/3))", "!undefined");
    row("asin(1+10^-30)", "!undefined");
    row("sin(asin(e))", "!undefined");
    row("asin(sqrt(-4))", "!undefined");
    row("atan(sqrt(-4))", "!undefined");
    row("100/50% of 200", "!invalid_expression");
    row("1/10% of 50", "!invalid_expression");
    row("2^10% of 50", "!invalid_expression");
    row("-2^-10 % von 50", "!invalid_expression");
    row("1,234 + 1", "!invalid_expression");
    row("1.234 + 1,234", "!invalid_expression");
    row("1234.567,8", "!invalid_expression");
    row("log(8,2)", "!invalid_expression");
    row("round((2,5))", "!invalid_expression");
    row("round(1,234.56)", "!invalid_expression");
    row("1,2,3", "!invalid_expression");
    row("1.2.3", "!invalid_expression");
    row("round(2,5)", "!invalid_expression");
    row("1/2pi", "!invalid_expression");
    row("8/2(2+2)", "!invalid_expression");
    row("17 % 5", "!invalid_expression");
    row("5!!", "!invalid_expression");
    row("2²³", "!invalid_expression");
    row("3 4", "!invalid_expression");
    row("1+", "!invalid_expression");
    row("(1", "!invalid_expression");
    row("1)", "!invalid_expression");
    row("", "!invalid_expression");
    row("   ", "!invalid_expression");
    row("sqrt", "!invalid_expression");
    row("sqrt 4", "!invalid_expression");
    row("sqrt()", "!invalid_expression");
    row("sin(1;2)", "!invalid_expression");
    row("x+1", "!invalid_expression");
    row("1 = 1", "!invalid_expression");
    row("of 5", "!invalid_expression");
    row("5 of 6", "!invalid_expression");
    row("٣+1", "!invalid_expression");
}

void CalculateTest::refusals()
{
    QFETCH(const QString, expression);
    QFETCH(const QString, expected);
    QCOMPARE(calculate(expression).outcome(u"result"_s), expected);
}

void CalculateTest::positionsAreNamed()
{
    QVERIFY(calculate(u"12 + foo"_s).text.contains(u"position 6"_s));
    QVERIFY(calculate(u"12 + foo"_s).text.contains(u"\"foo\""_s));
    QVERIFY(calculate(u"(1+2"_s).text.contains(u"position 5"_s));
    QVERIFY(calculate(u"cot(1)"_s).text.contains(u"functions are sqrt abs "_s));
    QVERIFY(calculate(u"17 % 5"_s).text.contains(u"no modulo operator"_s));
    QVERIFY(calculate(u"17 mod 5"_s).text.contains(u"no modulo operator"_s));
    QVERIFY(calculate(u"log(8,2)"_s).text.contains(u"log(8; 2)"_s));
    QCOMPARE(callTool(m_tools, u"calculate"_s, {{u"expresion"_s, u"1"_s}}).errorCode, u"invalid_arguments"_s);
    QCOMPARE(calculate(u"6*7"_s).text, u"6*7 = 42"_s);
    QCOMPARE(calculate(u"sqrt(2)"_s).text, u"sqrt(2) ≈ 1.41421356237310 (exactly sqrt(2))"_s);
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(engines());
    QCoreApplication application(argc, argv);
    CalculateTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_calculate.moc"
