// SPDX-License-Identifier: Apache-2.0
// Every tool of the real daemon, called over HTTP once: in the daemon itself or by its workers.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class ToolCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void allToolsAreThere();
    void toolsAnswer_data();
    void toolsAnswer();
    void lawsAreToBeLoadedFirst_data();
    void lawsAreToBeLoadedFirst();
    void workersAreReplaced();

private:
    HttpResponse ask(const QByteArray &method, const QByteArray &path, const QByteArray &body = {});
    HttpResponse invoke(const QByteArray &tool, const QByteArray &arguments)
    {
        return ask("POST", "/invoke", "{\"tool\":\"" + tool + "\",\"args\":" + arguments + '}');
    }

    DaemonFixture m_daemon;
    quint16 m_port = 0;
};

static const QStringList allTools{
    u"base64_codec"_s,        u"calculate"_s,           u"checksum_validate"_s,     u"date_add"_s,
    u"date_diff"_s,           u"day_of_week"_s,         u"finance_calc"_s,          u"gcd_lcm"_s,
    u"hash_text"_s,           u"json_query"_s,          u"legal_fulltext_search"_s, u"legal_get_law_overview"_s,
    u"legal_get_paragraph"_s, u"legal_search_laws"_s,   u"matrix_calc"_s,           u"prime_factorize"_s,
    u"probability_calc"_s,    u"regex_extract"_s,       u"roman_numeral"_s,         u"solve_equation"_s,
    u"statistics_calc"_s,     u"structured_validate"_s, u"subnet_calc"_s,           u"text_analyze"_s,
    u"timezone_convert"_s,    u"unit_convert"_s};

HttpResponse ToolCallsTest::ask(const QByteArray &method, const QByteArray &path, const QByteArray &body)
{
    RawHttpClient client;
    const auto request = RawHttpClient::request(method, path, {{"Authorization", "Bearer " + m_daemon.key()}}, body);
    if (!client.connectTo(m_port) || !client.exchange(request))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

void ToolCallsTest::initTestCase()
{
    QVERIFY(m_daemon.start());
    m_port = quint16(m_daemon.readyFile()[u"mcp"].toInt());
    const QStringList grant{u"permission"_s, u"grant"_s,    u"--user"_s,     u"tester"_s,
                            u"--type"_s,     u"mcp_tool"_s, u"--resource"_s, u"*"_s};
    QCOMPARE(m_daemon.moectl(grant).status, 0);
}

void ToolCallsTest::allToolsAreThere()
{
    QStringList names;
    for (const QJsonValue tool : jsonOf(ask("GET", "/tools").body)[u"tools"].toArray())
        names.append(tool[u"name"].toString());
    names.sort();
    QCOMPARE(names, allTools);
}

void ToolCallsTest::toolsAnswer_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("expected"); // is in the line for people
    const auto row = [](const char *tool, const char *arguments, const char *expected) {
        QTest::newRow(tool) << QByteArray(arguments) << QString::fromUtf8(expected);
    };
    row("base64_codec", "{\"text\":\"Hello\",\"mode\":\"encode\"}", "SGVsbG8=");
    row("calculate", "{\"expression\":\"123456789.123456789*1000\"}", "123456789123.456789");
    row("checksum_validate", "{\"kind\":\"iban\",\"value\":\"DE89370400440532013000\"}", "DE");
    row("date_add", "{\"base_date\":\"2026-01-31\",\"months\":1}", "2026-02-28");
    row("date_diff", "{\"date1\":\"2026-11-21\",\"date2\":\"2026-12-24\"}", "33");
    row("day_of_week", "{\"date_str\":\"2026-11-21\"}", "Saturday");
    row("finance_calc", "{\"operation\":\"percentage_of\",\"amount\":2489.50,\"rate\":17.3}", "430.6835");
    row("gcd_lcm", "{\"a\":12,\"b\":18}", "36");
    row("hash_text", "{\"text\":\"abc\",\"algorithm\":\"md5\"}", "900150983cd24fb0d6963f7d28e17f72");
    row("json_query", "{\"json_str\":\"{\\\"a\\\":{\\\"b\\\":[42]}}\",\"path\":\"a.b[0]\"}", "42");
    row("matrix_calc", "{\"operation\":\"determinant\",\"matrix\":[[1,2],[3,4]]}", "-2");
    row("prime_factorize", "{\"n\":\"18446744073709551617\"}", "67280421310721");
    row("probability_calc", "{\"operation\":\"combinations\",\"n\":49,\"k\":6}", "13983816");
    row("regex_extract", "{\"pattern\":\"[0-9]+\",\"text\":\"a1 b22\"}", "2");
    row("roman_numeral", "{\"value\":\"MMXXVI\"}", "2026");
    row("solve_equation", "{\"equation\":\"2x + 6 = 0\"}", "-3");
    row("statistics_calc", "{\"data\":[1,2,3,4],\"operations\":[\"median\"]}", "2.5");
    row("structured_validate", "{\"data\":\"[1]\",\"schema\":\"{\\\"type\\\":\\\"object\\\"}\"}", "Not valid");
    row("subnet_calc", "{\"cidr\":\"192.168.1.77/24\"}", "192.168.1.0");
    row("text_analyze", "{\"text\":\"One two. Three!\"}", "3");
    row("timezone_convert",
        "{\"datetime\":\"2026-11-21T12:00\",\"from_timezone\":\"UTC\",\"to_timezone\":\"Asia/Tokyo\"}", "21:00");
    row("unit_convert", "{\"value\":100,\"from_unit\":\"°C\",\"to_unit\":\"°F\"}", "212");
}

void ToolCallsTest::toolsAnswer()
{
    QFETCH(const QByteArray, arguments);
    QFETCH(const QString, expected);
    const HttpResponse answer = invoke(QTest::currentDataTag(), arguments);
    const QJsonObject document = jsonOf(answer.body);
    QVERIFY2(answer.status == 200, answer.body.constData());
    QVERIFY2(document[u"result"].toString().contains(expected), answer.body.constData());
    QVERIFY(!document[u"structured_result"].toObject().isEmpty());
}

void ToolCallsTest::lawsAreToBeLoadedFirst_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::newRow("legal_search_laws") << QByteArray("{\"query\":\"Mietrecht\"}");
    QTest::newRow("legal_get_law_overview") << QByteArray("{\"law\":\"BGB\"}");
    QTest::newRow("legal_get_paragraph") << QByteArray("{\"law\":\"BGB\",\"paragraph\":\"433\"}");
    QTest::newRow("legal_fulltext_search") << QByteArray("{\"query\":\"Kündigung\"}");
}

void ToolCallsTest::lawsAreToBeLoadedFirst()
{
    QFETCH(const QByteArray, arguments);
    const HttpResponse answer = invoke(QTest::currentDataTag(), arguments);
    QCOMPARE(jsonOf(answer.body)[u"error_code"].toString(), u"no_corpus"_s);
    QVERIFY(jsonOf(answer.body)[u"error"].toString().contains(u"moectl law sync"_s));
}

/// A schema of 2^60 checks takes longer than any call may; the next call has a worker again.
void ToolCallsTest::workersAreReplaced()
{
    QByteArray schema = "{\\\"$ref\\\":\\\"#/$defs/d0\\\",\\\"$defs\\\":{";
    for (int i = 0; i < 60; ++i) {
        const QByteArray reference = "{\\\"$ref\\\":\\\"#/$defs/d" + QByteArray::number(i + 1) + "\\\"}";
        schema += "\\\"d" + QByteArray::number(i) + "\\\":{\\\"allOf\\\":[" + reference + ',' + reference + "]},";
    }
    schema += "\\\"d60\\\":{\\\"type\\\":\\\"integer\\\"}}}";
    const HttpResponse slow = invoke("structured_validate", "{\"data\":\"1\",\"schema\":\"" + schema + "\"}");
    QCOMPARE(slow.status, 408);
    QCOMPARE(jsonOf(slow.body)[u"error_code"].toString(), u"too_slow"_s);
    QCOMPARE(invoke("calculate", "{\"expression\":\"6*7\"}").status, 200);
}

QTEST_GUILESS_MAIN(ToolCallsTest)
#include "tst_toolcalls.moc"
