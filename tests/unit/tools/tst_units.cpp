// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/unitconvert.h"
#include "daemon/tools/unittable.h"
#include "tests/unit/tools/toolcall.h"

#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

/// Conversions, against the definitions in the standards.
class UnitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conversions_data();
    void conversions();
    void refusals_data();
    void refusals();
    void incompatibleUnitsNameBothDimensions();
    void unclearUnitsSayWhatToWrite();
    void thereAndBackIsTheSame();
    void tablesAreChecked();
    void resultsHaveALine();

private:
    CallOutcome convert(const QString &value, const QString &from, const QString &to)
    {
        return callTool(m_tools, u"unit_convert"_s, {{u"value"_s, value}, {u"from_unit"_s, from}, {u"to_unit"_s, to}});
    }

    const ToolList m_tools = unitTools();
};

void UnitsTest::conversions_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *value, const char *from, const char *to, const char *expected) {
        QTest::addRow("%s %s in %s", value, from, to) << QString::fromUtf8(value) << QString::fromUtf8(from)
                                                      << QString::fromUtf8(to) << QString::fromUtf8(expected);
    };
    row("100", "°C", "°F", "212");
    row("212", "°F", "°C", "100");
    row("-40", "celsius", "fahrenheit", "-40");
    row("0", "K", "°C", "-273.15");
    row("0", "degF", "K", "255.372222222222");
    row("20", "Grad Celsius", "K", "293.15");
    row("1", "mile", "km", "1.609344");
    row("1", "mi", "m", "1609.344");
    row("26.2", "Meilen", "Kilometer", "42.1648128");
    row("1", "inch", "cm", "2.54");
    row("6", "Fuß", "m", "1.8288");
    row("1", "nautical mile", "m", "1852");
    row("3", "Zoll", "mm", "76.2");
    row("85", "qm", "m²", "85");
    row("2", "cbm", "l", "2000");
    row("1", "(m^3)^4", "m^12", "1");
    row("1", "MB", "kbit", "8000");
    row("1", "ly", "m", "9460730472580800");
    row("1", "m", "ft", "3.28083989501312");
    row("1", "lb", "kg", "0.45359237");
    row("1", "oz", "g", "28.349523125");
    row("1", "t", "kg", "1000");
    row("1", "stone", "lb", "14");
    row("90", "km/h", "m/s", "25");
    row("60", "mph", "km/h", "96.56064");
    row("60", "miles per hour", "Kilometer pro Stunde", "96.56064");
    row("1", "knot", "km/h", "1.852");
    row("1", "kWh", "J", "3600000");
    row("1", "Kilowattstunde", "MJ", "3.6");
    row("1", "kcal", "J", "4184");
    row("1", "BTU", "J", "1055.05585262");
    row("1", "hp", "W", "745.69987158227022");
    row("1", "PS", "W", "735.49875");
    row("1", "kg*m/s^2", "N", "1");
    row("1", "J/s", "W", "1");
    row("1", "W/(m²·K)", "mW/(cm^2*K)", "0.1");
    row("1", "bar", "psi", "14.5037737730209");
    row("1", "atm", "hPa", "1013.25");
    row("760", "Torr", "atm", "1");
    row("1", "gal", "l", "3.785411784");
    row("1", "imperial gallon", "l", "4.54609");
    row("1", "acre", "m^2", "4046.8564224");
    row("1", "ha", "square metre", "10000");
    row("1", "Kubikmeter", "liter", "1000");
    row("1", "m3", "L", "1000");
    row("1", "square mile", "km²", "2.589988110336");
    row("1", "GiB", "MB", "1073.741824");
    row("1", "GB", "GiB", "0.931322574615478515625");
    row("100", "Mbit/s", "MB/s", "12.5");
    row("100", "Mbps", "Mbit/s", "100");
    row("8", "kibibyte", "bit", "65536");
    row("1", "d", "s", "86400");
    row("2", "Wochen", "Stunden", "336");
    row("1", "year", "days", "365.25");
    row("180", "deg", "turn", "0.5");
    row("180", "°", "rad", "3.14159265358979");
    row("50", "gon", "deg", "45");
    row("3000", "rpm", "Hz", "50");
    row("5", "µm", "nm", "5000");
    row("5", "um", "nm", "5000");
    row("1", "eV", "J", "0.0000000000000000001602176634");
    row("1000", "mAh", "C", "3600");
    row("12", "%", "one", "0.12");
    row("2489,50", "g", "kg", "2.4895");
    row("1.234,56", "g", "kg", "1.23456");
    row("\u221240", "°C", "°F", "-40");
    row("123456789012345678901234567890.123456789", "m", "km", "123456789012345678901234567.890123456789");
    row("1e30", "kg", "t", "1000000000000000000000000000");
    row("2", "dt", "kg", "200");
    row("1", "kt", "kn", "1");
    row("1", "Mt", "t", "1000000");
    row("1", "fL", "µm^3", "1");
    row("1", "GL", "m^3", "1000000");
    // Names, and what is written for them
    row("1", "Bit", "bit", "1");
    row("1", "Gigabit", "megabit", "1000");
    row("1", "Bar", "millibar", "1000");
    row("1", "kiloohm", "Ohm", "1000");
    row("1", "torr", "mmHg", "0.999999857533699"); // as defined, they differ
    row("760", "torr", "atm", "1");
    row("1", "inHg", "Pa", "3386.388640341");
    row("1", "kNm", "J", "1000");
    row("1", "Newtonmeter", "N*m", "1");
    row("1", "sq ft", "square feet", "1");
    row("1", "cu in", "in^3", "1");
    row("1", "US gallon", "gal", "1");
    row("20", "deg C", "Grad Celsius", "20");
    // In another case
    row("5", "KM", "m", "5000");
    row("36", "Km/h", "m/s", "10");
    row("1", "KWH", "Wh", "1000");
    row("1", "hz", "Hz", "1");
    row("100", "°c", "°f", "212");
    // Products without a sign
    row("1", "kg m/s^2", "N", "1");
    row("1", "kW h", "kWh", "1");
    row("1", "m^2 kg s^-2", "J", "1");
    row("1", "N m", "J", "1");
    row("-273.15", "°C", "K", "0");
    row("-5", "K", "mK", "-5000"); // a difference
}

void UnitsTest::conversions()
{
    QFETCH(const QString, value);
    QFETCH(const QString, from);
    QFETCH(const QString, to);
    QFETCH(const QString, expected);
    const CallOutcome called = convert(value, from, to);
    QVERIFY2(called.errorCode.isEmpty(), qUtf8Printable(called.text));
    QCOMPARE(called.outcome(u"value"_s), expected);
}

void UnitsTest::refusals_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *value, const QString &from, const char *to, const char *code) {
        QTest::addRow("%s %s in %s", value, qUtf8Printable(from.left(40)), to)
            << QString::fromUtf8(value) << from << QString::fromUtf8(to) << QString::fromUtf8(code);
    };
    row("1", u"kg"_s, "m", "incompatible_units");
    row("1", u"m"_s, "m^2", "incompatible_units");
    row("1", u"parrot"_s, "m", "unknown_unit");
    row("1", u"mb"_s, "B", "unknown_unit"); // thousandths of a bit
    row("1", u"dB"_s, "B", "unknown_unit");
    row("1", u"(((((mile^12)^12)^12)^12)^12)^12"_s, "m", "too_hard");
    row("1", u"(((((doz^12)^12)^12)^12)^12)^12"_s, "m", "too_hard");
    row("1", u"((Ym^12)^12)/((Ym^12)^12)"_s, "m", "too_hard");
    row("1", u"kmile"_s, "m", "unknown_unit");
    row("2", u"EL"_s, "ml", "unknown_unit");
    row("3", u"TL"_s, "ml", "unknown_unit");
    row("3", u"Teelöffel"_s, "ml", "unknown_unit");
    row("5", u"mt"_s, "kg", "unknown_unit");
    row("1", u"Monat"_s, "d", "unknown_unit");
    row("30", u"mpg"_s, "km/l", "unknown_unit");
    row("1", u"KB"_s, "B", "unknown_unit");
    row("1", u"Cal"_s, "J", "unknown_unit");
    row("1", u"M"_s, "km", "unknown_unit");
    row("1", u"square square km"_s, "km^4", "unknown_unit");
    row("1", u"sq "_s.repeated(60) + u"km"_s, "m", "unknown_unit");
    row("1", u"MW/mw"_s, "one", "unknown_unit"); // mW or MW
    row("1", u"kg parrot"_s, "kg", "unknown_unit");
    row("1", u"J/kg K"_s, "J/(kg*K)", "invalid_arguments");
    row("-300", u"°C"_s, "K", "out_of_range");
    row("-1", u"K"_s, "°C", "out_of_range");
    row("1", u"m"_s, "", "invalid_arguments");
    row("1", u"m/"_s, "m", "invalid_arguments");
    row("1", u"/s"_s, "Hz", "invalid_arguments");
    row("1", u"m//s"_s, "m", "invalid_arguments");
    row("1", u"(m"_s, "m", "invalid_arguments");
    row("1", u"m)"_s, "m", "invalid_arguments");
    row("1", u"m^"_s, "m", "invalid_arguments");
    row("1", u"m^99"_s, "m", "invalid_arguments");
    row("1", u"m^999999999999"_s, "m", "invalid_arguments");
    row("1", u"l/100km"_s, "m", "invalid_arguments");
    row("1", u"5 m"_s, "m", "invalid_arguments");
    row("1", u"m\0"_s + QChar(0), "m", "invalid_arguments");
    row("1", u"("_s.repeated(100), "m", "invalid_arguments");
    row("1", u"m*"_s.repeated(90) + u'm', "m", "invalid_arguments");
    row("1", QString(1'000'000, u'm'), "m", "invalid_arguments");
    row("1e99999", u"m"_s, "km", "too_large");
    row("x", u"m"_s, "km", "invalid_arguments");
}

void UnitsTest::refusals()
{
    QFETCH(const QString, value);
    QFETCH(const QString, from);
    QFETCH(const QString, to);
    QFETCH(const QString, code);
    QCOMPARE(convert(value, from, to).errorCode, code);
}

void UnitsTest::incompatibleUnitsNameBothDimensions()
{
    const QString message = convert(u"1"_s, u"kWh"_s, u"km/h"_s).text;
    QVERIFY2(message.contains(u"energy"_s) && message.contains(u"speed"_s), qUtf8Printable(message));
    QVERIFY(convert(u"1"_s, u"kg*m"_s, u"m"_s).text.contains(u"m·g"_s));
    QVERIFY(convert(u"100"_s, u"C"_s, u"F"_s).text.contains(u"write °C"_s));
}

void UnitsTest::unclearUnitsSayWhatToWrite()
{
    QVERIFY(convert(u"2"_s, u"EL"_s, u"ml"_s).text.contains(u"tbsp"_s));
    QVERIFY(convert(u"5"_s, u"mt"_s, u"kg"_s).text.contains(u"the metric ton is t"_s));
    QVERIFY(convert(u"1"_s, u"mw"_s, u"W"_s).text.contains(u"write MW or mW"_s));
    QVERIFY(convert(u"1"_s, u"J/kg K"_s, u"J"_s).text.contains(u"parentheses"_s));
}

void UnitsTest::thereAndBackIsTheSame()
{
    const QList<QStringList> families{{u"m"_s, u"ft"_s, u"mi"_s, u"ly"_s, u"Å"_s, u"nmi"_s},
                                      {u"°C"_s, u"°F"_s, u"K"_s, u"°R"_s},
                                      {u"kg"_s, u"lb"_s, u"oz"_s, u"ct"_s, u"troy ounce"_s},
                                      {u"J"_s, u"kWh"_s, u"BTU"_s, u"eV"_s, u"ft*lbf"_s},
                                      {u"B"_s, u"Mibit"_s, u"TB"_s},
                                      {u"l"_s, u"gal"_s, u"in^3"_s, u"bbl"_s}};
    const UnitTable table = UnitTable::builtIn();
    for (const QStringList &family : families) {
        for (const QString &from : family) {
            for (const QString &to : family) {
                const auto a = table.find(from);
                const auto b = table.find(to);
                QVERIFY(a && b && a->exponents == b->exponents);
                const Rational value(4115, 226); // in lowest terms
                const Rational there = (value * a->factor + a->offset - b->offset) / b->factor;
                const Rational back = (there * b->factor + b->offset - a->offset) / a->factor;
                QVERIFY(back == value);
            }
        }
    }
}

void UnitsTest::tablesAreChecked()
{
    QVERIFY(UnitTable::parse(u"m; metre; base\nft; foot; 0.3048 m"_s));
    for (const QString &text :
         {u"m; metre; base\nm; other; base"_s, u"m; metre; base\nM; METRE; base"_s, u"ft; foot; 0.3048 m"_s, u"m"_s,
          u"m; metre; base\nx; y; 2 m; ; offset five"_s, u"dimension; length"_s, u"dimension; length; m"_s,
          u"unclear; m; metre"_s, u"m; metre; base; kilo"_s, u"m; metre; base; si from"_s,
          u"m; metre; base; si to ten"_s, u"m; metre; 1..2"_s})
        QVERIFY2(!UnitTable::parse(text), qUtf8Printable(text));
}

void UnitsTest::resultsHaveALine()
{
    QCOMPARE(convert(u"100"_s, u"°C"_s, u"°F"_s).text, u"100 °C = 212 °F"_s);
    const CallOutcome third = convert(u"1"_s, u"ft"_s, u"yd"_s);
    QCOMPARE(third.text, u"1 ft ≈ 0.333333333333333 yd"_s);
    QCOMPARE(third.outcome(u"exact"_s), u"1/3"_s);
    QCOMPARE(third.outcome(u"dimension"_s), u"length"_s);
    QVERIFY(m_tools.front()->info().inputSchema.contains("km, °C, kWh"));
}

QTEST_GUILESS_MAIN(UnitsTest)
#include "tst_units.moc"
