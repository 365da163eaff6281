// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculate.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/engines.h"
#include "daemon/tools/worker/workermain.h"
#include "tests/unit/tools/functionvalues.h"
#include "tests/unit/tools/toolcall.h"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

namespace {

/// An expression and what it is, worked out with fractions beside it.
struct Sample {
    QString text;
    Rational value;
};

class Generator
{
public:
    explicit Generator(quint32 seed) : m_random(seed) { }

    Sample expression(int depth)
    {
        if (depth == 0)
            return number();
        const Sample left = expression(depth - 1);
        const Sample right = expression(int(m_random.bounded(depth)));
        switch (m_random.bounded(6)) {
        case 0: return {u"(%1 + %2)"_s.arg(left.text, right.text), left.value + right.value};
        case 1: return {u"(%1 − %2)"_s.arg(left.text, right.text), left.value - right.value};
        case 2: return {u"%1*%2"_s.arg(left.text, right.text), left.value * right.value};
        case 3: return {u"(%1)²"_s.arg(left.text), left.value * left.value};
        case 4: return {u"(-(%1)%)"_s.arg(left.text), -left.value / 100};
        default: break;
        }
        if (sgn(right.value) == 0)
            return left;
        return {u"(%1)/(%2)"_s.arg(left.text, right.text), left.value / right.value};
    }

private:
    Sample number()
    {
        const int whole = m_random.bounded(1'000);
        if (m_random.bounded(2) == 0)
            return {QString::number(whole), whole};
        const int fraction = m_random.bounded(100); // two decimals, with either separator
        Rational value(whole * 100 + fraction, 100);
        value.canonicalize();
        const QChar separator = m_random.bounded(2) == 0 ? u'.' : u',';
        return {QString::number(whole) + separator + u"%1"_s.arg(fraction, 2, 10, QChar(u'0')), value};
    }

    QRandomGenerator m_random;
};

}

/// Random expressions, against GMP's fractions.
class CalculateModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomExpressions();
    void functions();
    void decimalsReadBack();
};

void CalculateModelTest::randomExpressions()
{
    WorkerPool pool({});
    const ToolList tools = calculateTools(pool);
    Generator generator(20'261'121);
    for (int i = 0; i < 500; ++i) {
        const Sample sample = generator.expression(1 + i % 4);
        const CallOutcome called = callTool(tools, u"calculate"_s, {{u"expression"_s, sample.text}});
        QVERIFY2(called.errorCode.isEmpty(), qUtf8Printable(sample.text + u": " + called.text));
        const bool isRounded = called.object.value("rounded"_L1).toBool();
        const auto exact = rationalOf(called.outcome(isRounded ? u"exact"_s : u"result"_s).toLatin1());
        QVERIFY2(exact && *exact == sample.value, qUtf8Printable(sample.text));
        if (isRounded)
            QCOMPARE(called.outcome(u"result"_s), roundedDecimal(sample.value));
    }
}

void CalculateModelTest::functions()
{
    WorkerPool pool({});
    const ToolList tools = calculateTools(pool);
    for (const FunctionValue &each : functionValues()) {
        const QString expression = QString::fromLatin1(each.expression);
        const CallOutcome called = callTool(tools, u"calculate"_s, {{u"expression"_s, expression}});
        QVERIFY2(called.outcome(u"result"_s) == QLatin1StringView(each.value),
                 qUtf8Printable(expression + u": " + called.outcome(u"result"_s)));
        QVERIFY2(called.object.value("rounded"_L1).toBool(), each.expression);
    }
}

/// What is shown of a number is that number, or nearer to it than half of the last digit.
void CalculateModelTest::decimalsReadBack()
{
    QRandomGenerator random(7);
    for (int i = 0; i < 2'000; ++i) {
        Rational number(random.bounded(1, 1'000'000'000), random.bounded(1, 1'000'000));
        number.canonicalize();
        if (random.bounded(2) == 0)
            number = -number;
        const int digits = random.bounded(1, 20);
        const auto rounded = rationalOf(roundedDecimal(number, digits).toLatin1());
        QVERIFY(rounded);
        Integer scale;
        mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(digits - 1));
        QVERIFY(abs(*rounded - number) * 2 * scale <= abs(number));
        if (const auto exact = exactDecimal(number))
            QVERIFY(rationalOf(exact->toLatin1()) == number);
    }
    QCOMPARE(roundedDecimal(Rational(0)), u"0"_s);
    QCOMPARE(roundedDecimal(Rational(999'999'999), 3), u"1.00e9"_s);
    QCOMPARE(roundedDecimal(Rational(-1, 3), 3), u"-0.333"_s);
    for (const char *text : {"", "-", "1/0", "1/-2", "a", "1e", "1.2.3", "1e999999", "--1"})
        QVERIFY2(!rationalOf(text), text);
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(engines());
    QCoreApplication application(argc, argv);
    CalculateModelTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_calculatemodel.moc"
