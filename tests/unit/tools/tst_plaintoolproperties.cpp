// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/decimals.h"
#include "tests/unit/tools/plaintools.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <random>
#include <set>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::tools;

namespace {

constexpr unsigned seed = 20261121;

QJsonObject given(const QString &tool, const QJsonObject &arguments)
{
    const auto result = called(tool, QJsonDocument(arguments).toJson());
    return result ? QJsonDocument::fromJson(result->structured).object()
                  : QJsonObject{{u"error"_s, result.error().reason}};
}

Rational rationalOf(const QString &fraction)
{
    Rational number(fraction.toStdString());
    number.canonicalize();
    return number;
}

Rational rationalOfDecimal(const QString &decimal)
{
    return moe::tools::rationalOf(ExactNumber::fromText(decimal).value(), 1000, u"number"_s).value();
}

}

/// What holds for all arguments.
class PlainToolPropertiesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }
    void datesAddUp();
    void zonesConvertBack();
    void divisorsMultiplyUp();
    void base64DecodesWhatItEncoded();
    void romanNumeralsReadBack();
    void inversesUndo();
    void solutionsSolve();
    void rootsAreRoundedCorrectly();
    void medianIsBetween();

private:
    int number(int lowest, int highest) { return std::uniform_int_distribution(lowest, highest)(m_random); }
    QString date() { return QDate(1, 1, 1).addDays(number(0, 3'652'058)).toString(Qt::ISODate); }
    QString digits(int count);
    QJsonArray matrix(int rows, int columns);

    std::mt19937 m_random{seed};
};

QString PlainToolPropertiesTest::digits(int count)
{
    QString text = QString::number(number(1, 9));
    while (text.size() < count)
        text += QString::number(number(0, 9));
    return text;
}

QJsonArray PlainToolPropertiesTest::matrix(int rows, int columns)
{
    QJsonArray matrix;
    for (int row = 0; row < rows; ++row) {
        QJsonArray numbers;
        for (int column = 0; column < columns; ++column)
            numbers.append(u"%1.%2"_s.arg(number(-9, 9)).arg(number(0, 99)));
        matrix.append(numbers);
    }
    return matrix;
}

void PlainToolPropertiesTest::datesAddUp()
{
    for (int round = 0; round < 500; ++round) {
        const QString from = date();
        const QString to = date();
        for (const auto &[date1, date2] : {std::pair{from, to}, std::pair{to, from}}) {
            const QJsonObject parts = given(u"date_diff"_s, {{u"date1"_s, date1}, {u"date2"_s, date2}});
            const QJsonObject byDays
                = given(u"date_add"_s, {{u"base_date"_s, date1}, {u"days"_s, parts[u"total_days"]}});
            QCOMPARE(byDays[u"date"].toString(), date2);
            const QJsonObject byParts = given(u"date_add"_s,
                                              {{u"base_date"_s, date1},
                                               {u"years"_s, parts[u"years"]},
                                               {u"months"_s, parts[u"months"]},
                                               {u"days"_s, parts[u"days"]}});
            QCOMPARE(byParts[u"date"].toString(), date2);
            const int direction = date1 <= date2 ? 1 : -1;
            for (const auto &[part, most] :
                 {std::pair{u"years"_s, 9'998}, std::pair{u"months"_s, 11}, std::pair{u"days"_s, 30}}) {
                QCOMPARE_GE(direction * parts[part].toInt(-1), 0);
                QCOMPARE_LE(direction * parts[part].toInt(), most);
            }
        }
    }
}

void PlainToolPropertiesTest::zonesConvertBack()
{
    const QStringList zones{u"Europe/Berlin"_s, u"America/New_York"_s,    u"Asia/Kathmandu"_s,
                            u"Pacific/Apia"_s,  u"Australia/Lord_Howe"_s, u"Africa/Casablanca"_s};
    int unique = 0;
    for (int round = 0; round < 300; ++round) {
        const QString zone = zones[number(0, int(zones.size()) - 1)];
        const QString time = u"%1-%2-%3T%4:%5:00"_s.arg(number(1900, 2100))
                                 .arg(number(1, 12), 2, 10, '0'_L1)
                                 .arg(number(1, 28), 2, 10, '0'_L1)
                                 .arg(number(0, 23), 2, 10, '0'_L1)
                                 .arg(number(0, 59), 2, 10, '0'_L1);
        const QJsonObject there = given(
            u"timezone_convert"_s, {{u"datetime"_s, time}, {u"from_timezone"_s, zone}, {u"to_timezone"_s, u"UTC"_s}});
        const QJsonObject back
            = given(u"timezone_convert"_s, {{u"datetime"_s, there[u"to"][u"datetime"]}, {u"to_timezone"_s, zone}});
        QCOMPARE(back[u"to"][u"datetime"], there[u"from"][u"datetime"]);
        if (there[u"clocks"].toString() == u"unique") {
            ++unique;
            QCOMPARE(there[u"from"][u"datetime"].toString().left(time.size()), time);
        }
    }
    QVERIFY(unique > 250);
}

void PlainToolPropertiesTest::divisorsMultiplyUp()
{
    for (int round = 0; round < 300; ++round) {
        const QString common = digits(number(1, 60));
        const Integer a = Integer(common.toStdString()) * Integer(digits(number(1, 60)).toStdString());
        const Integer b = Integer(common.toStdString()) * Integer(digits(number(1, 60)).toStdString());
        const QJsonObject both = given(u"gcd_lcm"_s, {{u"a"_s, integerText(a)}, {u"b"_s, integerText(-b)}});
        const Integer divisor(both[u"gcd"].toString().toStdString());
        QCOMPARE(integerText(divisor * Integer(both[u"lcm"].toString().toStdString())), integerText(a * b));
        QVERIFY(a % divisor == 0 && b % divisor == 0 && divisor % Integer(common.toStdString()) == 0);
    }
}

void PlainToolPropertiesTest::base64DecodesWhatItEncoded()
{
    for (int round = 0; round < 300; ++round) {
        QString text;
        for (int left = number(0, 40); left > 0; --left) {
            const char32_t character
                = number(0, 3) == 0 ? char32_t(number(0x10000, 0x10ffff)) : char32_t(number(0, 0xd7ff));
            text += QString::fromUcs4(&character, 1);
        }
        const auto encoded
            = given(u"base64_codec"_s, {{u"text"_s, text}, {u"mode"_s, u"encode"_s}})[u"result"].toString();
        QCOMPARE(encoded.toLatin1(), text.toUtf8().toBase64());
        QString urlSafe = QString(encoded).replace(u'+', u'-').replace(u'/', u'_').remove(u'=');
        for (const QString &form : {encoded, urlSafe})
            QCOMPARE(given(u"base64_codec"_s, {{u"text"_s, form}, {u"mode"_s, u"decode"_s}})[u"result"].toString(),
                     text);
    }
}

void PlainToolPropertiesTest::romanNumeralsReadBack()
{
    std::set<QString> numerals;
    for (int value = 1; value <= 3999; ++value) {
        const QString numeral = given(u"roman_numeral"_s, {{u"value"_s, value}})[u"numeral"].toString();
        QVERIFY(numerals.insert(numeral).second);
        QCOMPARE(given(u"roman_numeral"_s, {{u"value"_s, numeral}})[u"number"].toInt(), value);
    }
}

void PlainToolPropertiesTest::inversesUndo()
{
    for (int round = 0; round < 60; ++round) {
        const int size = number(1, 7);
        const QJsonArray rows = matrix(size, size);
        const QJsonObject determinant
            = given(u"matrix_calc"_s, {{u"operation"_s, u"determinant"_s}, {u"matrix"_s, rows}});
        const QJsonValue inverse
            = given(u"matrix_calc"_s, {{u"operation"_s, u"inverse"_s}, {u"matrix"_s, rows}}).value(u"matrix");
        QCOMPARE(inverse.isArray(), determinant[u"determinant"].toString() != u"0");
        for (int row = 0; inverse.isArray() && row < size; ++row) {
            for (int column = 0; column < size; ++column) {
                Rational sum;
                for (int at = 0; at < size; ++at)
                    sum += rationalOf(inverse[row][at].toString()) * rationalOfDecimal(rows[at][column].toString());
                QVERIFY(sum == (row == column ? 1 : 0));
            }
        }
    }
}

void PlainToolPropertiesTest::solutionsSolve()
{
    int solved = 0;
    for (int round = 0; round < 60; ++round) {
        const int unknowns = number(1, 6);
        const QJsonArray rows = matrix(number(1, 6), unknowns);
        QJsonArray sides;
        for (qsizetype row = 0; row < rows.size(); ++row)
            sides.append(number(-50, 50));
        const QJsonObject answer
            = given(u"matrix_calc"_s, {{u"operation"_s, u"solve"_s}, {u"matrix"_s, rows}, {u"vector"_s, sides}});
        if (answer[u"solutions"].toString() != u"one")
            continue;
        ++solved;
        for (qsizetype row = 0; row < rows.size(); ++row) {
            Rational sum;
            for (int at = 0; at < unknowns; ++at)
                sum += rationalOfDecimal(rows[row][at].toString()) * rationalOf(answer[u"solution"][at].toString());
            QVERIFY(sum == sides[row].toInt());
        }
    }
    QVERIFY(solved > 5);
}

void PlainToolPropertiesTest::rootsAreRoundedCorrectly()
{
    for (int round = 0; round < 1000; ++round) {
        Rational square(Integer(digits(number(1, 40)).toStdString()), Integer(digits(number(1, 40)).toStdString()));
        square.canonicalize();
        const Decimal root = squareRoot(square);
        const Rational value = rationalOfDecimal(root.text);
        // Half a unit of the 15th digit is at most 5e-15 of the number, at least 5e-16.
        const Rational most = value * Rational(5) / powerOfTen(15);
        QVERIFY2((value - most) * (value - most) <= square && square <= (value + most) * (value + most),
                 qPrintable(root.text));
        QCOMPARE(root.isRounded, value * value != square);
        // As short as it is because the digits left out are zeros.
        QString significant = root.text.section(u'e', 0, 0).remove(u'.').remove(u'-');
        QVERIFY(!root.isRounded || significant.remove(QRegularExpression(u"^0+|0+$"_s)).size() <= roundedDigits);
    }
}

void PlainToolPropertiesTest::medianIsBetween()
{
    for (int round = 0; round < 200; ++round) {
        QJsonArray data;
        for (int left = number(1, 30); left > 0; --left)
            data.append(u"%1.%2"_s.arg(number(-99, 99)).arg(number(0, 999)));
        const auto ordered
            = given(u"statistics_calc"_s,
                    {{u"data"_s, data}, {u"operations"_s, u"min,p0,p10,p25,median,p75,p100,max"_s}})[u"results"]
                  .toArray();
        QCOMPARE(ordered.size(), 8);
        for (qsizetype at = 1; at < ordered.size(); ++at)
            QVERIFY(rationalOfDecimal(ordered[at - 1][u"value"].toString())
                    <= rationalOfDecimal(ordered[at][u"value"].toString()));
        QCOMPARE(ordered[0][u"value"], ordered[1][u"value"]);
        QCOMPARE(ordered[6][u"value"], ordered[7][u"value"]);
    }
}

QTEST_GUILESS_MAIN(PlainToolPropertiesTest)
#include "tst_plaintoolproperties.moc"
