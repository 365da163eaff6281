// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/redact.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::telemetry;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 seed = 20251121;
const Clock::System noon = std::chrono::sys_days(std::chrono::year(2025) / 11 / 21) + 12h + 42ms;

QByteArray encode(LogFormat format, QAnyStringView message, std::initializer_list<LogField> fields = {},
                  QAnyStringView requestId = {})
{
    return encodeLog({noon, LogLevel::Warning, Component::Http, message, requestId, fields}, format);
}

QJsonObject parsed(const QByteArray &line) { return QJsonDocument::fromJson(line).object(); }

QByteArray randomBytes(QRandomGenerator &random, const QByteArray &alphabet, int length)
{
    QByteArray bytes;
    for (int i = 0; i < length; ++i)
        bytes += alphabet[random.bounded(int(alphabet.size()))];
    return bytes;
}

}

class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void levelsAreParsed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("levels");
        QTest::newRow("nothing") << u""_s << u"info"_s;
        QTest::newRow("general") << u"WARNING"_s << u"warning"_s;
        QTest::newRow("case") << u"Debug"_s << u"debug"_s;
        QTest::newRow("components") << u"http=DEBUG, scheduler=WARNING"_s << u"info,http=debug,scheduler=warning"_s;
        QTest::newRow("both") << u"http=debug,ERROR"_s << u"error,http=debug"_s;
        QTest::newRow("the last counts") << u"http=debug,http=error"_s << u"info,http=error"_s;
    }
    void levelsAreParsed()
    {
        QFETCH(QString, text);
        QFETCH(QString, levels);
        QCOMPARE(parseLogLevels(text).value().toString(), levels);
    }

    void wrongLevelsAreRefused()
    {
        for (const QString &text : {u"LOUD"_s, u"http=LOUD"_s, u"https=INFO"_s, u"=INFO"_s, u"http="_s, u"a=b=c"_s}) {
            const auto levels = parseLogLevels(text);
            QVERIFY2(!levels, qPrintable(text));
            QCOMPARE(levels.error().code, ErrorCode::InvalidRequest);
        }
    }

    void levelsSurviveTheirText()
    {
        QRandomGenerator random(seed);
        for (int i = 0; i < 500; ++i) {
            LogLevels levels;
            for (LogLevel &level : levels.of)
                level = LogLevel(random.bounded(4));
            QCOMPARE(parseLogLevels(levels.toString()).value(), levels);
        }
    }

    void levelsInForceChangeAtOnce()
    {
        const LogLevels before = logLevels();
        setLogLevel(Component::Http, LogLevel::Error);
        QVERIFY(!isLogged(Component::Http, LogLevel::Warning));
        QVERIFY(isLogged(Component::Http, LogLevel::Error));
        QVERIFY(isLogged(Component::Api, LogLevel::Info));
        setLogLevels(parseLogLevels(u"debug,api=error"_s).value());
        QVERIFY(isLogged(Component::Http, LogLevel::Debug));
        QVERIFY(!isLogged(Component::Api, LogLevel::Info));
        QCOMPARE(logLevels().toString(), u"debug,api=error"_s);
        setLogLevels(before);
    }

    void whatIsOffIsNotEvaluated()
    {
        int evaluations = 0;
        const auto count = [&evaluations] { return ++evaluations; };
        MOE_LOG(Http, Debug, {}, "not written", {"evaluations", count()});
        QCOMPARE(evaluations, 0);
    }

    void json()
    {
        const QByteArray body("bytes");
        QCOMPARE(encode(LogFormat::Json, "Said \"no\"",
                        {{"status", 404},
                         {"path", u"/v1/\u00E4"_s},
                         {"ok", false},
                         {"wait_ms", 1500us},
                         {"body", body},
                         {"none", QLatin1StringView()},
                         {"ratio", std::nan("")}},
                        "req_1"),
                 "{\"time\":\"2025-11-21T12:00:00.042Z\",\"level\":\"warning\",\"component\":\"http\","
                 "\"request_id\":\"req_1\",\"message\":\"Said \\\"no\\\"\",\"status\":404,\"path\":\"/v1/\xC3\xA4\","
                 "\"ok\":false,\"wait_ms\":1.5,\"body\":\"bytes\",\"none\":\"\",\"ratio\":null}\n");
    }

    void text()
    {
        QCOMPARE(encode(LogFormat::Text, "Said \"no\"", {{"path", "a b"}, {"n", 1}}, "req_1"),
                 "2025-11-21T12:00:00.042Z WARNING http      Said \"no\" request_id=\"req_1\" path=\"a b\" n=1\n");
    }

    void journal()
    {
        QCOMPARE(encode(LogFormat::Journal, "Said", {{"a_path", "x=y"}, {"n", 1}}, "req_1"),
                 "SYSLOG_IDENTIFIER=moed\nPRIORITY=4\nMOE_COMPONENT=http\nMOE_REQUEST_ID=req_1\nMESSAGE=Said\n"
                 "MOE_A_PATH=x=y\nMOE_N=1\n");
    }

    void nothingForgesALine()
    {
        const QByteArray evil
            = "x\n{\"level\":\"error\"}\r\nPRIORITY=0\x1B[2J\t\x7F\xC2\x85\xE2\x80\xA8\xE2\x80\xAE\"\\";
        QCOMPARE(encode(LogFormat::Json, evil).count('\n'), 1);
        QCOMPARE(encode(LogFormat::Text, evil, {{"v", evil}}, evil).count('\n'), 1);
        QCOMPARE(encode(LogFormat::Journal, evil, {{"v", evil}}, evil).count('\n'), 6);
        QCOMPARE(parsed(encode(LogFormat::Json, evil)).value("message"_L1).toString(), QString::fromUtf8(evil));
        QVERIFY(encode(LogFormat::Text, evil)
                    .contains(R"(x\n{"level":"error"}\r\nPRIORITY=0\u001b[2J\t\u007f\u0085\u2028\u202e"\)"));
    }

    void anyBytesStayOneLine()
    {
        QRandomGenerator random(seed);
        QByteArray alphabet;
        for (int c = 0; c < 256; ++c)
            alphabet += char(c);
        alphabet += QByteArray("\n\r\x1B\"\\\xC2\x85\xE2\x80\xA8").repeated(10);
        for (int i = 0; i < 3'000; ++i) {
            const QByteArray bytes = randomBytes(random, alphabet, random.bounded(40));
            for (const LogFormat format : {LogFormat::Json, LogFormat::Text, LogFormat::Journal}) {
                const QByteArray line = encode(format, bytes, {{"value", bytes}}, bytes);
                const bool hasId = !bytes.isEmpty();
                QCOMPARE(line.count('\n'), format == LogFormat::Journal ? (hasId ? 6 : 5) : 1);
                const QString decoded = QString::fromUtf8(line);
                QVERIFY(!decoded.contains(QChar::ReplacementCharacter)
                        || QString::fromUtf8(bytes).contains(QChar::ReplacementCharacter));
                for (const QChar c : decoded)
                    QVERIFY(c == u'\n' || c.category() != QChar::Other_Control);
            }
            const QJsonObject object = parsed(encode(LogFormat::Json, bytes, {{"value", bytes}}));
            QCOMPARE(object.value("value"_L1).toString(), QString::fromUtf8(bytes));
        }
    }

    void longValuesAreCut()
    {
        const QString euros(100'000, u'\u20AC');
        const QByteArray utf8 = euros.toUtf8();
        for (const QAnyStringView text : {QAnyStringView(euros), QAnyStringView(utf8)}) {
            const QByteArray line = encode(LogFormat::Json, "m", {{"value", text}});
            QVERIFY(line.size() < 5'000);
            const QString value = parsed(line).value("value"_L1).toString();
            QVERIFY(value.endsWith(u'\u2026'));
            QVERIFY(euros.startsWith(value.chopped(1)));
        }
    }

    void secrets_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        const auto row
            = [](const char *text, const char *shown) { QTest::newRow(text) << QByteArray(text) << QByteArray(shown); };
        row("moe-sk-0123456789abcdef", "moe-sk-***");
        row("key moe-sk-0123456789abcdef.", "key moe-sk-***");
        row("moe-sk-012345678", "moe-sk-012345678"); // the prefix that names a key
        row("moe-sk-0123456789", "moe-sk-***");
        row("session moe-st-0123456789abcdef.", "session moe-st-***");
        row("moe-setup-0", "moe-setup-***");
        row("{\"key\":\"sk-proj_AB-12\"}", "{\"key\":\"sk-***\"}");
        row("SK-abcdef", "SK-***");
        row("?key=%20sk-abcdef&x=1", "?key=%20sk-***&x=1");
        row("Authorization: Bearer abc.def/+= x", "Authorization: Bearer *** x");
        row("bearer\t\n abc", "bearer\t\n ***");
        row("{\"bearer\":\"abc\"}", "{\"bearer\":\"***\"}");
        row("Bearer moe-sk-012345678", "Bearer ***");
        row("sk-\xFFsecret", "sk-***");
        row("task-force disk-full risk-", "task-force disk-full risk-");
        row("forbearer bears", "forbearer ***"); // rather too much than too little
        row("sk-", "sk-");
        row("Bearer", "Bearer");
        row("", "");
    }
    void secrets()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(redacted(text), shown);
        QCOMPARE(redacted(shown), shown);
    }

    void noSecretInAnyFormat()
    {
        QRandomGenerator random(seed);
        const QByteArray keyAlphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
        const QByteArray noise(" \t\n\"'{}[]:,;=&?/%<>()0189");
        for (int i = 0; i < 2'000; ++i) {
            const QByteArray secret = randomBytes(random, keyAlphabet, 24);
            const QByteArray mark
                = QList<QByteArray>{"moe-sk-", "sk-", "Bearer ", "authorization: bearer "}[random.bounded(4)];
            const QByteArray text = randomBytes(random, noise, random.bounded(12)) + mark + secret
                + randomBytes(random, " \",}\n", random.bounded(6));
            for (const LogFormat format : {LogFormat::Json, LogFormat::Text, LogFormat::Journal}) {
                const QByteArray line = encode(format, text, {{"value", QString::fromUtf8(text)}}, text);
                QVERIFY2(!line.contains(secret.right(8)), text.constData());
            }
        }
    }

    void timesAreInUtc()
    {
        QCOMPARE(rfc3339(noon), "2025-11-21T12:00:00.042Z");
        QCOMPARE(rfc3339(Clock::System()), "1970-01-01T00:00:00.000Z");
        QCOMPARE(rfc3339(Clock::System(-1ns)), "1969-12-31T23:59:59.999Z");
    }

    void formatsAreParsed()
    {
        QCOMPARE(parseLogFormat(u"Journal"_s).value(), LogFormat::Journal);
        QCOMPARE(parseLogFormat(u"auto"_s).value(), LogFormat::Auto);
        QCOMPARE(parseLogFormat(u"xml"_s).error().code, ErrorCode::InvalidRequest);
    }
};

QTEST_APPLESS_MAIN(TestLog)
#include "tst_log.moc"
