// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/engines.h"
#include "daemon/tools/factorize.h"
#include "daemon/tools/solve.h"
#include "daemon/tools/worker/workermain.h"
#include "tests/unit/tools/toolcall.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QSet>
#include <QTest>

#include <complex>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

/// Equations and prime factors, through a worker.
class EquationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equations_data();
    void equations();
    void unsolvable_data();
    void unsolvable();
    void otherVariablesAreNamed();
    void everyRootOfAQuintic();
    void rootsHaveMultiplicities();
    void exactFormsAreTold();
    void highPowersHaveAllRoots();
    void randomPolynomialsEnd();
    void primeFactors_data();
    void primeFactors();
    void hardNumbers_data();
    void hardNumbers();

private:
    CallOutcome solve(const QString &equation, const QString &variable = u"x"_s)
    {
        return callTool(m_tools, u"solve_equation"_s, {{u"equation"_s, equation}, {u"variable"_s, variable}});
    }

    WorkerPool m_pool{{}};
    const ToolList m_tools = [this] {
        ToolList tools = solveTools(m_pool);
        const ToolList further = factorizeTools(m_pool);
        tools.insert(tools.end(), further.begin(), further.end());
        return tools;
    }();
};

namespace {

QString valuesOf(const CallOutcome &called)
{
    QStringList values;
    for (const auto &root : called.object.value("roots"_L1).toArray())
        values += root.toObject().value("value"_L1).toString();
    return values.join(u"; "_s);
}

bool isComplete(const CallOutcome &called) { return called.object.value("complete"_L1).toBool(); }

}

void EquationsTest::equations_data()
{
    QTest::addColumn<QString>("equation");
    QTest::addColumn<QString>("values");
    QTest::addColumn<bool>("isComplete");
    const auto row = [](const char *equation, const char *values, bool complete = true) {
        QTest::newRow(equation) << QString::fromUtf8(equation) << QString::fromUtf8(values) << complete;
    };
    row("x^2 - 5x + 6 = 0", "2; 3");
    row("2x = 7", "3.5");
    row("2x - 7", "3.5");
    row("3(x+1) = 2(x-1)", "-5");
    row("x^2 = 2", "-1.41421356237310; 1.41421356237310");
    row("x^2 + 1 = 0", "-i; i");
    row("x² + 2x + 5 = 0", "-1 - 2i; -1 + 2i");
    row("x/3 = 1/7", "0.428571428571429");
    row("0,5x = 0,25", "0.5");
    row("x^3 = 8", "2; -1 - 1.73205080756888i; -1 + 1.73205080756888i");
    row("x^4 - 5x^2 + 4 = 0", "-2; -1; 1; 2");
    row("x^3 - x - 1 = 0",
        "1.32471795724475; -0.662358978622373 - 0.562279512062301i; "
        "-0.662358978622373 + 0.562279512062301i");
    row("x^6-2 = 0",
        "-1.12246204830937; 1.12246204830937; -0.561231024154686 - 0.972080648619833i; "
        "-0.561231024154686 + 0.972080648619833i; 0.561231024154686 - 0.972080648619833i; "
        "0.561231024154686 + 0.972080648619833i");
    row("x^8-2 = 0",
        "-1.09050773266526; 1.09050773266526; -0.771105412703970 - 0.771105412703970i; "
        "-0.771105412703970 + 0.771105412703970i; -1.09050773266526i; 1.09050773266526i; "
        "0.771105412703970 - 0.771105412703970i; 0.771105412703970 + 0.771105412703970i");
    row("x^6-x^3-1 = 0",
        "-0.851799642079243; 1.17398499670533; -0.586992498352664 - 1.01670083080860i; "
        "-0.586992498352664 + 1.01670083080860i; 0.425899821039621 - 0.737680128975117i; "
        "0.425899821039621 + 0.737680128975117i");
    row("x^6-7*x^3+2 = 0",
        "0.668269001108167; 1.88535013266453; -0.942675066332264 - 1.63276110991584i; "
        "-0.942675066332264 + 1.63276110991584i; -0.334134500554083 - 0.578737931521323i; "
        "-0.334134500554083 + 0.578737931521323i");
    row("x^2-2*10^20 = 0", "-14142135623.7310; 14142135623.7310");
    row("x^2-2*10^22+1 = 0", "-141421356237.310; 141421356237.310");
    row("x^5-x-10^30 = 0",
        "1000000.00000000; -809016.994374947 - 587785.252292473i; -809016.994374947 + 587785.252292473i; "
        "309016.994374947 - 951056.516295154i; 309016.994374947 + 951056.516295154i");
    row("sqrt(2)*x-1 = 0", "0.707106781186548");
    row("x^2+sqrt(2)*x+1 = 0", "-0.707106781186548 - 0.707106781186548i; -0.707106781186548 + 0.707106781186548i");
    row("x^2+pi*x+1 = 0", "-2.78215964977952; -0.359433003810277");
    row("pi*x^2-10 = 0", "-1.78412411615277; 1.78412411615277");
    row("x^3+pi*x+1 = 0",
        "-0.308925390472884; 0.154462695236442 - 1.79253140174696i; 0.154462695236442 + 1.79253140174696i");
    row("x^2-2*sqrt(2)*x+2 = 0", "1.41421356237310");
    row("sqrt(3)*x^3 - 6x^2 + 7x = 0", "0; 1.73205080756888 - 1.02051549930777i; 1.73205080756888 + 1.02051549930777i");
    row("pi*x^4 = x^2", "-0.564189583547756; 0; 0.564189583547756");
    row("e*x^2 = 3", "-1.05054191897055; 1.05054191897055");
    row("x^(1/3) = 2", "8");
    row("x^1.5 = 8", "4");
    row("sqrt(x) + x^(2/3) = 2", "1");
    row("x^2-2.00000001x+1.00000001 = 0", "1; 1.00000001");
    row("(x-10^50)(x-10^60) = 0",
        "100000000000000000000000000000000000000000000000000; "
        "1000000000000000000000000000000000000000000000000000000000000");
    row("x = cos(x)+sqrt(2)", "1.49246490463181", false);
    row("2x^1+4x^0 = 4", "0");
    row("-7x+0*x^0 = 0", "0");
    row("x^3+2x^2+x*x^0 = 0", "-1; 0");
    row("x^(1-1) = 1+x", "0");
    row("(1/x)^0 = 1+x", "");
    row("(x^2-1)/(x-1) = 0", "-1");
    row("(x-1)^2/(x-1) = 0", "");
    row("1/x = 0", "");
    row("1/x = 4", "0.25");
    row("x = x + 1", "");
    row("(x-1)^3 = 0", "1");
    row("sqrt(x) = 3", "9");
    row("sqrt(x) = -3", "");
    row("abs(x) = 3", "-3; 3", false);
    row("2^x = 8", "3", false);
    row("2^x = 5", "2.32192809488736", false);
    row("2^x + x = 5", "1.71562073327559", false);
    row("exp(x) = 2", "0.693147180559945", false);
    row("cos(x) = x", "0.739085133215161", false);
    row("2^x = x^2", "-0.766664695962123; 2; 4", false);
}

void EquationsTest::equations()
{
    QFETCH(const QString, equation);
    QFETCH(const QString, values);
    QFETCH(const bool, isComplete);
    const CallOutcome called = solve(equation);
    QCOMPARE(called.errorCode, QString());
    QCOMPARE(valuesOf(called), values);
    QCOMPARE(::isComplete(called), isComplete);
    const QString outcome = !values.isEmpty() ? u"roots"_s : isComplete ? u"no_solution"_s : u"none_found"_s;
    QCOMPARE(called.outcome(u"outcome"_s), outcome);
}

void EquationsTest::unsolvable_data()
{
    QTest::addColumn<QString>("equation");
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *equation, const char *variable, const char *outcome) {
        QTest::addRow("%s for %s", equation, variable)
            << QString::fromUtf8(equation) << QString::fromUtf8(variable) << QString::fromUtf8(outcome);
    };
    row("x = x", "x", "infinitely_many");
    row("2(x+1) = 2x+2", "x", "infinitely_many");
    row("(x+1)^2 = x^2+2x+1", "x", "infinitely_many");
    row("sin(x)^2+cos(x)^2 = 1", "x", "infinitely_many");
    row("1 = 2", "x", "no_solution");
    row("1 = 1", "x", "infinitely_many");
    row("x^0 = 1", "x", "infinitely_many");
    row("x^0 = 0^0", "x", "!undefined");
    row("y + 1 = 3", "x", "!invalid_expression");
    row("y + 1 = 3", "y", "roots");
    row("x = 1 = 2", "x", "!invalid_expression");
    row("= 2", "x", "!invalid_expression");
    row("x =", "x", "!invalid_expression");
    row("x + 1/0 = 2", "x", "!division_by_zero");
    row("floor(x) = 2", "x", "!too_hard");
    row("x! = 24", "x", "!undefined");
    row("x^1000000 = 1", "x", "!too_hard");
    row("x^(x^(x^1000)) = 2^(10^9)", "x", "!too_hard");
    row("2x", "sin", "!invalid_arguments");
    row("2e", "e", "!invalid_arguments");
    row("3a", "a b", "!invalid_arguments");
    row("4a", "", "!invalid_arguments");
    row("read(x) = 1", "x", "!invalid_expression");
}

void EquationsTest::unsolvable()
{
    QFETCH(const QString, equation);
    QFETCH(const QString, variable);
    QFETCH(const QString, outcome);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(solve(equation, variable).outcome(u"outcome"_s), outcome);
    QVERIFY(timer.elapsed() < 3'000);
}

void EquationsTest::otherVariablesAreNamed()
{
    QVERIFY(solve(u"2y+4 = 0"_s).text.contains(u"set \"variable\""_s));
    QVERIFY(solve(u"cot(x) = 0"_s).text.contains(u"functions are"_s));
}

void EquationsTest::everyRootOfAQuintic()
{
    const CallOutcome called = solve(u"x^5 - x - 1 = 0"_s);
    QCOMPARE(valuesOf(called),
             u"1.16730397826142; -0.764884433600585 - 0.352471546031726i; "
             "-0.764884433600585 + 0.352471546031726i; 0.181232444469875 - 1.08395410131771i; "
             "0.181232444469875 + 1.08395410131771i"_s);
    QVERIFY(isComplete(called));
    QVERIFY(called.text.startsWith(u"x ≈ 1.16730397826142, "_s));
}

void EquationsTest::rootsHaveMultiplicities()
{
    const QJsonArray roots = solve(u"(x-1)^3*(x+2) = 0"_s).object.value("roots"_L1).toArray();
    QCOMPARE(roots.size(), 2);
    QCOMPARE(roots.at(0).toObject().value("value"_L1).toString(), u"-2"_s);
    QCOMPARE(roots.at(0).toObject().value("multiplicity"_L1).toInt(), 1);
    QCOMPARE(roots.at(1).toObject().value("multiplicity"_L1).toInt(), 3);
}

void EquationsTest::exactFormsAreTold()
{
    const QJsonObject root = solve(u"x^2 = 2"_s).object.value("roots"_L1).toArray().at(1).toObject();
    QCOMPARE(root.value("exact"_L1).toString(), u"sqrt(2)"_s);
    QVERIFY(root.value("rounded"_L1).toBool());
    QVERIFY(root.value("is_real"_L1).toBool());
    const QJsonObject complex = solve(u"x^2 + 1 = 0"_s).object.value("roots"_L1).toArray().at(1).toObject();
    QCOMPARE(complex.value("imaginary"_L1).toString(), u"1"_s);
    QVERIFY(!complex.value("is_real"_L1).toBool());
    QVERIFY(!complex.value("rounded"_L1).toBool());
}

void EquationsTest::highPowersHaveAllRoots()
{
    for (const int degree : {10, 12, 30, 100}) {
        for (const int number : {1, 2}) {
            const CallOutcome called = solve(u"x^%1 = %2"_s.arg(degree).arg(number));
            QVERIFY(isComplete(called));
            const QJsonArray roots = called.object.value("roots"_L1).toArray();
            QCOMPARE(roots.size(), degree);
            QSet<QString> values;
            for (const auto &each : roots) {
                const QJsonObject root = each.toObject();
                values.insert(root.value("value"_L1).toString());
                const bool isReal = root.value("is_real"_L1).toBool();
                const QString value = root.value(isReal ? "value"_L1 : "real"_L1).toString();
                const std::complex<double> place(value.toDouble(), root.value("imaginary"_L1).toString().toDouble());
                QVERIFY(std::abs(std::pow(place, degree) - double(number)) < 1e-12 * degree);
            }
            QCOMPARE(values.size(), degree);
        }
    }
}

/// What the library does in several threads elsewhere must end here too, where it has none.
void EquationsTest::randomPolynomialsEnd()
{
    QRandomGenerator random(20'261'121);
    for (int i = 0; i < 200; ++i) {
        const int degree = 3 + i % 2;
        QString equation = u"%1x^%2"_s.arg(random.bounded(1, 20)).arg(degree);
        for (int power = degree - 1; power >= 0; --power)
            equation += u" + (%1)x^%2"_s.arg(random.bounded(-20, 20)).arg(power);
        const CallOutcome called = solve(equation);
        QVERIFY2(called.errorCode.isEmpty(), qUtf8Printable(equation + u": " + called.text));
        int count = 0;
        for (const auto &root : called.object.value("roots"_L1).toArray())
            count += root.toObject().value("multiplicity"_L1).toInt();
        QVERIFY2(isComplete(called) && count == degree, qUtf8Printable(equation));
    }
}

void EquationsTest::primeFactors_data()
{
    QTest::addColumn<QString>("n");
    QTest::addColumn<QString>("factors");
    const auto row = [](const char *n, const char *factors) {
        QTest::newRow(n) << QString::fromUtf8(n) << QString::fromUtf8(factors);
    };
    row("1", "1");
    row("2", "2");
    row("360", "2^3 * 3^2 * 5");
    row("97", "97");
    row("4294967295", "3 * 5 * 17 * 257 * 65537");
    row("4294967291", "4294967291");
    row("4294836225", "3^2 * 5^2 * 17^2 * 257^2");
    row("4294967296", "2^32");
    row("4294967297", "641 * 6700417");
    row("18446744073709551617", "274177 * 67280421310721");
    row("340282366920938463463374607431768211456", "2^128");
    row("340282366920938463463374607431768211455",
        "3 * 5 * 17 * 257 * 641 * 65537 * 274177 * 6700417 * 67280421310721");
    row("340282366920938463463374607431768211457", "!too_hard"); // one more than 2^128
    row("170141183460469231731687303715884105727", "170141183460469231731687303715884105727");
    row("1000000000000000000", "2^18 * 5^18");
    row("0", "!invalid_arguments");
    row("-12", "!invalid_arguments");
    row("1.5", "!invalid_arguments");
    row("1e30", "2^30 * 5^30");
    row("1e4000", "!too_hard");
    row("12; rm", "!invalid_arguments");
}

void EquationsTest::primeFactors()
{
    QFETCH(const QString, n);
    QFETCH(const QString, factors);
    const CallOutcome called = callTool(m_tools, u"prime_factorize"_s, {{u"n"_s, n}});
    QCOMPARE(called.outcome(u"factorization"_s), factors);
    QCOMPARE(called.object.value("is_prime"_L1).toBool(), factors == n && n != "1"_L1);
}

/// Products of two random primes, most of them of 64 bits.
void EquationsTest::hardNumbers_data()
{
    QTest::addColumn<QString>("n");
    QTest::addColumn<QString>("factors");
    const auto row = [](const char *n, const char *factors) {
        QTest::newRow(n) << QString::fromUtf8(n) << QString::fromUtf8(factors);
    };
    row("261780492066879183033703847857488953831", "15669351463734612731 * 16706530112158628101");
    row("289055909073186020238145108274338455517", "15937536937912592423 * 18136799318442546779");
    row("274444830533070174185941857888370575883", "15100849763491925047 * 18174131577454186189");
    row("174849447874765142427517002326362933033", "10623225469174967713 * 16459167545875733641");
    row("211296123996275966121125325534064387723", "14309142515704677257 * 14766511953065857139");
    row("176788308363305769374815817690330432083", "11490503961966043219 * 15385600923030099457");
    row("145720927072177260186920473242468824899", "707453869987 * 205979404812436735202935777");
    row("262023290310829533761745785828704220123", "1012718805443897 * 258732521705251581236659");
    row("284111957093771712772176594125092209811", "3609672259 * 78708518864945437355889487729");
    row("121460031176880827865523506749504104193", "37969174425726853 * 3198911564813558344781");
}

void EquationsTest::hardNumbers()
{
    QFETCH(const QString, n);
    QFETCH(const QString, factors);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(callTool(m_tools, u"prime_factorize"_s, {{u"n"_s, n}}).outcome(u"factorization"_s), factors);
    QVERIFY(timer.elapsed() < 3'000);
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(engines());
    QCoreApplication application(argc, argv);
    EquationsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_equations.moc"
