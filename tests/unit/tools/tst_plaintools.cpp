// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/plaintools.h"
#include "tests/unit/tools/toolcases.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::tools;

namespace {

/// Empty if `actual` is what is expected; members that are not expected do not matter. Else where it is not.
QString difference(const QJsonValue &actual, const QJsonValue &expected, const QString &path)
{
    if (expected.isObject()) {
        const QJsonObject members = expected.toObject();
        for (auto member = members.begin(); member != members.end(); ++member) {
            const auto found = difference(actual[member.key()], member.value(), QString(path + u'.' + member.key()));
            if (!found.isEmpty())
                return found;
        }
        return actual.isObject() ? QString() : path;
    }
    if (!expected.isArray())
        return actual == expected ? QString() : path;
    const QJsonArray elements = expected.toArray();
    for (qsizetype index = 0; index < elements.size(); ++index) {
        const auto found = difference(actual[index], elements[index], u"%1[%2]"_s.arg(path).arg(index));
        if (!found.isEmpty())
            return found;
    }
    return actual.toArray().size() == elements.size() ? QString() : path;
}

QJsonValue valueOf(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

}

/// What the tools give, against tables of calls.
class PlainToolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toolsAreDescribed();
    void callsGiveWhatIsExpected_data();
    void callsGiveWhatIsExpected();
};

void PlainToolsTest::toolsAreDescribed()
{
    QStringList names;
    for (const auto &tool : plainTools()) {
        const ToolInfo &info = tool->info();
        names.append(info.name);
        QVERIFY2(!info.title.isEmpty() && info.description.size() > 40, qUtf8Printable(info.name));
        const QJsonObject input = valueOf(info.inputSchema).toObject();
        QCOMPARE(input.value(u"additionalProperties"), QJsonValue(false));
        const QJsonObject properties = input.value(u"properties").toObject();
        for (auto argument = properties.begin(); argument != properties.end(); ++argument)
            QVERIFY2(argument.value()[u"description"].isString(), qUtf8Printable(argument.key()));
        QVERIFY(!valueOf(info.outputSchema)[u"properties"].toObject().isEmpty());
        // Letters that UTF-8 becomes when it is taken for Latin-1.
        const QString told = info.description + QString::fromUtf8(info.inputSchema + info.outputSchema);
        for (const QChar sign : {u'\u00c2', u'\u00c3', u'\u00e2'})
            QVERIFY2(!told.contains(sign), qUtf8Printable(info.name));
    }
    names.sort();
    const QStringList expected{u"base64_codec"_s,    u"checksum_validate"_s, u"date_add"_s,      u"date_diff"_s,
                               u"day_of_week"_s,     u"finance_calc"_s,      u"gcd_lcm"_s,       u"hash_text"_s,
                               u"matrix_calc"_s,     u"probability_calc"_s,  u"regex_extract"_s, u"roman_numeral"_s,
                               u"statistics_calc"_s, u"subnet_calc"_s,       u"text_analyze"_s,  u"timezone_convert"_s};
    QCOMPARE(names, expected);
}

void PlainToolsTest::callsGiveWhatIsExpected_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<QString>("text");
    int number = 0;
    for (const ToolCases &cases : {calendarCases(), checksumCases(), financeCases(), integerCases(), matrixCases(),
                                   networkCases(), statisticsCases(), textCases(), textcodecCases()}) {
        for (const ToolCase &row : cases)
            QTest::addRow("%d %s %.60s", ++number, row.tool, row.arguments)
                << QString::fromUtf8(row.tool) << QByteArray(row.arguments) << QByteArray(row.expected)
                << QString::fromUtf8(row.text);
    }
}

void PlainToolsTest::callsGiveWhatIsExpected()
{
    QFETCH(const QString, tool);
    QFETCH(const QByteArray, arguments);
    QFETCH(const QByteArray, expected);
    QFETCH(const QString, text);
    const auto result = called(tool, arguments);
    if (expected.startsWith('!')) {
        QVERIFY2(!result, result ? result->structured.constData() : "");
        QCOMPARE(result.error().reason, QString::fromUtf8(expected.sliced(1)));
        QVERIFY(!result.error().message.isEmpty());
        return;
    }
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    const QString where = difference(valueOf(result->structured), valueOf(expected), u"$"_s);
    QVERIFY2(where.isEmpty(), qPrintable(where + u" of " + QString::fromUtf8(result->structured)));
    QVERIFY(!result->text.isEmpty() && !result->text.contains(u'\n'));
    if (!text.isEmpty())
        QCOMPARE(result->text, text);
}

QTEST_GUILESS_MAIN(PlainToolsTest)
#include "tst_plaintools.moc"
