// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/codec.h"
#include "shared/wire/problem.h"

#include <QTest>

#include <array>

using namespace moe;
using namespace Qt::StringLiterals;
using wire::EnumName;
using wire::Field;
using wire::Presence;
using wire::UnknownKeys;

namespace {

enum class Mode { Fast, Careful };

constexpr auto enumNames(Mode)
{
    return std::array{EnumName{Mode::Fast, "fast"_L1}, EnumName{Mode::Careful, "careful"_L1}};
}

using RouteId = StrongId<struct RouteIdTag, QString>;

struct Rule {
    RouteId id;
    int weight = 1;
    std::optional<QString> note;
    friend bool operator==(const Rule &, const Rule &) = default;
    static constexpr auto fields()
    {
        return std::tuple{Field<&Rule::id>{"id"_L1, Presence::Required}, Field<&Rule::weight>{"weight"_L1},
                          Field<&Rule::note>{"note"_L1}};
    }
};

struct Table {
    QString name;
    bool isActive = false;
    double share = 0.5;
    qint64 big = 0;
    quint8 small = 0;
    Mode mode = Mode::Fast;
    std::chrono::milliseconds timeout{100};
    QStringList tags;
    QList<Rule> rules;
    std::optional<Rule> fallback;
    UserId owner;
    friend bool operator==(const Table &, const Table &) = default;
    static constexpr auto fields()
    {
        return std::tuple{Field<&Table::name>{"name"_L1},          Field<&Table::isActive>{"active"_L1},
                          Field<&Table::share>{"share"_L1},        Field<&Table::big>{"big"_L1},
                          Field<&Table::small>{"small"_L1},        Field<&Table::mode>{"mode"_L1},
                          Field<&Table::timeout>{"timeout_ms"_L1}, Field<&Table::tags>{"tags"_L1},
                          Field<&Table::rules>{"rules"_L1},        Field<&Table::fallback>{"fallback"_L1},
                          Field<&Table::owner>{"owner"_L1}};
    }
};

Table sample()
{
    return {u"a \"name\"\n\u00e4"_s,
            true,
            0.1,
            -9'007'199'254'740'993,
            255,
            Mode::Careful,
            std::chrono::milliseconds(250),
            {u"x"_s, QString()},
            {{RouteId(u"r"_s), 2, u"n"_s}, {RouteId(u"s"_s), -3, {}}},
            Rule{RouteId(u"f"_s), 1, {}},
            UserId(7)};
}

}

class TestCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip()
    {
        const QByteArray text = wire::write(sample());
        QVERIFY(json::validate(text));
        const auto again = wire::read<Table>(text, UnknownKeys::Refuse);
        QVERIFY2(again, qPrintable(again ? QString() : again.error().message));
        QVERIFY(*again == sample());
        QCOMPARE(wire::write(*again), text);
        const QList<Rule> rules = sample().rules;
        QVERIFY(wire::read<QList<Rule>>(wire::write(rules)).value() == rules);
    }

    void orderIsThatOfTheTable()
    {
        QCOMPARE(wire::write(sample().rules), R"([{"id":"r","weight":2,"note":"n"},{"id":"s","weight":-3}])");
        QCOMPARE(wire::write(Table{}),
                 R"({"name":"","active":false,"share":0.5,"big":0,"small":0,"mode":"fast",)"
                 R"("timeout_ms":100,"tags":[],"rules":[],"owner":0})");
    }

    void missingMembersKeepTheirDefaults()
    {
        QVERIFY(wire::read<Table>("{}").value() == Table{});
        QVERIFY(wire::read<Table>(R"({"fallback":null})").value() == Table{});
        QCOMPARE(wire::read<Rule>(R"({"id":"x","note":null})")->note, std::nullopt);
    }

    void errorsNameThePath_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *text, const char *message) {
            QTest::addRow("%s", text) << QByteArray(text) << QString::fromUtf8(message);
        };
        row(R"({"rules":[{"id":"a"},{"id":"b","weight":"x"}]})", "$.rules[1].weight: expected an integer");
        row(R"({"rules":[{"id":"a","weight":1.5}]})", "$.rules[0].weight: expected an integer");
        row(R"({"rules":[{"id":"a","weight":1e3}]})", "$.rules[0].weight: expected an integer");
        row(R"({"rules":[{"id":"a","weight":2147483648}]})", "$.rules[0].weight: the number is out of range");
        row(R"({"rules":[{"id":"a","weight":null}]})", "$.rules[0].weight: expected an integer");
        row(R"({"rules":[{"weight":1}]})", "$.rules[0].id: is missing");
        row(R"({"rules":[7]})", "$.rules[0]: expected an object");
        row(R"({"rules":{}})", "$.rules: expected an array");
        row(R"({"fallback":{"id":7}})", "$.fallback.id: expected a string");
        row(R"({"small":256})", "$.small: the number is out of range");
        row(R"({"small":-1})", "$.small: the number is out of range");
        row(R"({"big":9223372036854775808})", "$.big: expected an integer");
        row(R"({"share":"x"})", "$.share: expected a number");
        row(R"({"share":1e999})", "$.share: the number is out of range");
        row(R"({"active":1})", "$.active: expected a boolean");
        row(R"({"mode":"slow"})", "$.mode: is none of fast, careful");
        row(R"({"mode":1})", "$.mode: expected a string");
        row(R"({"timeout_ms":"5s"})", "$.timeout_ms: expected an integer");
        row(R"({"tags":["a",null]})", "$.tags[1]: expected a string");
        row(R"({"owner":"x"})", "$.owner: expected an integer");
        row(R"({"nmae":"x"})",
            "$.nmae: is not known; there are name, active, share, big, small, mode, timeout_ms, tags, rules, fallback, "
            "owner");
        row(R"({"fallback":{"id":"x","extra":[]}})", "$.fallback.extra: is not known; there are id, weight, note");
        row("[]", "$: expected an object");
        row("{\"name\":x}", "Invalid JSON at line 1, column 9: expected a value.");
        row("{} {}", "Invalid JSON at line 1, column 4: unexpected text after the value.");
    }
    void errorsNameThePath()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const auto table = wire::read<Table>(text, UnknownKeys::Refuse);
        QVERIFY(!table);
        QCOMPARE(table.error().message, message);
        QCOMPARE(table.error().code, ErrorCode::InvalidRequest);
        if (message.startsWith(u'$'))
            QCOMPARE(table.error().param, message.first(message.indexOf(u':')));
    }

    void unknownKeysAreIgnoredUnlessRefused()
    {
        const QByteArray text = R"({"id":"x","extra":[{}]})";
        QVERIFY(wire::read<Rule>(text));
        QVERIFY(!wire::read<Rule>(text, UnknownKeys::Refuse));
        QVERIFY(!wire::read<Rule>(R"({"id":"x","extra":[01]})")); // ignored, but checked
    }

    void doublesReadBackExactly()
    {
        for (const double number : {0.1, 1e300, -2.5e-7, 1.0 / 3, 12345678.9}) {
            Table table;
            table.share = number;
            QCOMPARE(wire::read<Table>(wire::write(table))->share, number);
        }
        Table table;
        table.share = std::numeric_limits<double>::infinity();
        QVERIFY(json::validate(wire::write(table)));
    }

    void problems()
    {
        Error error = Error::of(ErrorCode::RateLimited, u"Too many."_s, u"queue_full"_s);
        error.retryAfter = std::chrono::seconds(3);
        const QByteArray text = problemDocument(error, "req_1");
        QCOMPARE(text,
                 R"({"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Too many.",)"
                 R"("code":"rate_limited","reason":"queue_full","retry_after":3,"request_id":"req_1"})");
        const auto again = errorFromProblem(text);
        QCOMPARE(again->code, ErrorCode::RateLimited);
        QCOMPARE(again->message, error.message);
        QCOMPARE(again->reason, error.reason);
        QCOMPARE(again->retryAfter, error.retryAfter);
        for (int code = 0; code <= int(ErrorCode::Internal); ++code)
            QCOMPARE(errorFromProblem(problemDocument(Error::of(ErrorCode(code), u"m"_s)))->code, ErrorCode(code));
        for (const QByteArrayView body : {"", "<html>", "{}", R"({"code":"unheard_of"})"})
            QCOMPARE(errorFromProblem(body).error().code, ErrorCode::BadGateway);
    }
};

QTEST_APPLESS_MAIN(TestCodec)
#include "tst_codec.moc"
