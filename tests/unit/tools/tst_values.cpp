// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/values.h"

#include <QTest>

using namespace moe;
using namespace moe::tools;

/// Numbers as callers write them.
class ValuesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersStayExact_data();
    void numbersStayExact();
    void listsComeInTwoForms();
};

void ValuesTest::numbersStayExact_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("number"); // empty: refused
    QTest::addColumn<QByteArray>("whole");
    const auto row = [](const char *json, const char *number, const char *whole) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(number) << QByteArray(whole);
    };
    row("0", "0", "0");
    row("-0", "0", "0");
    row("0.10", "0.1", "");
    row("12.000", "12", "12");
    row("1e3", "1e3", "1000");
    row("1.25E+2", "1.25e2", "125");
    row("1200e-2", "1200e-2", "12");
    row("125e-1", "125e-1", "");
    row("123456789012345678901234567890.5", "123456789012345678901234567890.5", "");
    row("\"2489,50\"", "2489.5", "");
    row("\" +7 \"", "7", "7");
    row("\".5\"", "0.5", "");
    row("\"007\"", "7", "7");
    row("\"1,234\"", "", "");
    row("\"1.234\"", "1.234", "");
    row("\"0,125\"", "0.125", "");
    row("\",125\"", "0.125", "");
    row("\"1.234,5\"", "1234.5", "");
    row("\"1.234,56\"", "1234.56", "");
    row("\"1,234.56\"", "1234.56", "");
    row("\"1.234,567\"", "1234.567", "");
    row("\"1234,567\"", "1234.567", "");
    row("\"-12.345.678,9e1\"", "-12345678.9e1", "-123456789");
    row("\"1.234.567\"", "1234567", "1234567");
    row("\"1,234,567\"", "1234567", "1234567");
    row("\"\\u221212,5\"", "-12.5", "");
    row("\"\\u20137\"", "-7", "-7");
    row("\"12,\"", "", "");
    row("\"1.2.3\"", "", "");
    row("\"0.123.456\"", "", "");
    row("\"1234.567,8\"", "", "");
    row("\"1,234.567,8\"", "", "");
    row("\"1,234,56\"", "", "");
    row("\"1.234,\"", "", "");
    row("\"1 234\"", "", "");
    row("\"1,2,3\"", "", "");
    row("\"\"", "", "");
    row("\".\"", "", "");
    row("\"1e\"", "", "");
    row("\"1e999999\"", "", "");
    row("\"0x10\"", "", "");
    row("\"\\u0663\"", "", ""); // an Arabic digit
    row("true", "", "");
    row("null", "", "");
    row("[1]", "", "");
}

void ValuesTest::numbersStayExact()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, number);
    QFETCH(const QByteArray, whole);
    const auto exact = ExactNumber::fromJson(json);
    QCOMPARE(exact.has_value(), !number.isEmpty());
    if (exact)
        QCOMPARE(exact->text, number);
    const auto integer = ExactInteger::fromJson(json);
    QCOMPARE(integer.has_value(), !whole.isEmpty());
    if (integer)
        QCOMPARE(integer->text, whole);
}

void ValuesTest::listsComeInTwoForms()
{
    const QList<ExactNumber> expected{{"1"}, {"2.5"}, {"-3"}};
    for (const QByteArray json : {"[1,2.5,-3]", "[\"1\",2.50,\"-3\"]", "\"1, 2.5, -3\"", "\"1;2,5;-3\""}) {
        const auto list = NumberList::fromJson(json);
        QVERIFY2(list.has_value(), json.constData());
        QCOMPARE(list->items, expected);
    }
    const auto thousands = NumberList::fromJson("\"1.234,5; 1,234.5\"");
    QVERIFY(thousands.has_value());
    QCOMPARE(thousands->items, (QList<ExactNumber>{{"1234.5"}, {"1234.5"}}));
    const auto separate = NumberList::fromJson("\"1,234\"");
    QVERIFY(separate.has_value());
    QCOMPARE(separate->items, (QList<ExactNumber>{{"1"}, {"234"}}));
    for (const QByteArray json : {"\"\"", "\"1,,2\"", "[1,\"x\"]", "[1,[2]]", "{}", "7"})
        QVERIFY2(!NumberList::fromJson(json).has_value(), json.constData());
}

QTEST_GUILESS_MAIN(ValuesTest)
#include "tst_values.moc"
