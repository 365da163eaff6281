// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsonscan.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using json::Kind;
using json::Span;

namespace {

Span rootOf(QByteArrayView text)
{
    const auto root = json::validate(text);
    return root ? *root : Span{};
}

// A random value as JSON text, blanks and escapes sprinkled in.
QByteArray randomValue(QRandomGenerator &random, int depth)
{
    const auto blank = [&random] { return QByteArray(" \n\t").first(random.bounded(4)); };
    switch (random.bounded(depth > 0 ? 7 : 5)) {
    case 0: return "null";
    case 1: return random.bounded(2) ? "true" : "false";
    case 2: return QByteArray::number(random.bounded(100'000) - 50'000);
    case 3: return QByteArray::number(random.generateDouble() * 1e6, 'e', 12);
    case 4: {
        QByteArray text;
        static const QByteArrayView pieces[]
            = {"a", "\"", "\\", "\n", "\x01", "\xC3\xA4", "\xF0\x9F\x98\x80", "some longer words ", "/", "{", "]"};
        for (int i = random.bounded(12); i > 0; --i)
            text += pieces[random.bounded(int(std::size(pieces)))];
        return json::quoted(text);
    }
    case 5: {
        QByteArray text = "[";
        for (int i = random.bounded(4); i > 0; --i)
            text += blank() + randomValue(random, depth - 1) + blank() + (i > 1 ? "," : "");
        return text + "]";
    }
    default: {
        QByteArray text = "{";
        for (int i = random.bounded(4); i > 0; --i)
            text += blank() + "\"k" + QByteArray::number(i) + "\"" + blank() + ":" + randomValue(random, depth - 1)
                + (i > 1 ? "," : "");
        return text + blank() + "}";
    }
    }
}

}

class TestJsonScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void validity_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isValid");
        const auto row
            = [](const char *text, bool isValid) { QTest::addRow("%s", text) << QByteArray(text) << isValid; };
        for (const char *text : {"null", "true", "false", "0", "-0", "12", "-1.5e+10", "1E5", "\"\"", "[]", "{}",
                 " [ ] ", "{ \"a\" : [ 1 , 2 ] }\r\n", "\"\\u00e4\\n\\/\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
                 "1e999", "{\"a\":1,\"a\":2}", "\"12345678901234567\\\"\"", "\"\xC3\xA4\"", "\"\x7f\""})
            row(text, true);
        for (const char *text : {"", " ", "nul", "nullx", "tru", "01", "-", "1.", ".5", "1e", "1e+", "+1", "--1", "\"",
                 "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"a\nb\"", "\"1234567\t9\"", "[", "[1", "[1,", "[1,]",
                 "[,]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:2}",
                 "{\"a\" 1}", "[}", "{]", "1 2", "{} x", "'a'", "NaN", "Infinity", "/**/1", "\xEF\xBB\xBF{}",
                 "\"\xC3\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\xC3\xA4", "[1]]", "\"12345678\xFF\""})
            row(text, false);
    }
    void validity()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isValid);
        QCOMPARE(json::validate(text).has_value(), isValid);
        const QByteArray inArray = "[" + text + "]";
        QCOMPARE(json::validate(inArray).has_value(), isValid || text.trimmed().isEmpty());
    }

    void errorsNameThePlace()
    {
        QCOMPARE(json::validate("{\n  \"a\": \"\xC3\xA4\", x}").error().message,
            QStringLiteral("Invalid JSON at line 2, column 13: expected a member name in quotes."));
        QCOMPARE(
            json::validate("").error().message, QStringLiteral("Invalid JSON at line 1, column 1: expected a value."));
        QVERIFY(!json::validate(QByteArrayView()));
        QCOMPARE(json::validate("[1 2]").error().message,
            QStringLiteral("Invalid JSON at line 1, column 4: expected a comma or the end of the array."));
        QCOMPARE(json::validate("[] []").error().code, ErrorCode::InvalidRequest);
    }

    void depthIsBounded()
    {
        const auto nested = [](int depth) -> QByteArray { return QByteArray(depth, '[') + QByteArray(depth, ']'); };
        QVERIFY(json::validate(nested(128)));
        QVERIFY(!json::validate(nested(129)));
        QVERIFY(json::validate(nested(2), 2));
        QVERIFY(!json::validate(nested(3), 2));
        QVERIFY(!json::validate(nested(100'000), 1'000'000)); // not even if asked to: the stack is finite
        const QByteArray wide = "[" + QByteArray("[],").repeated(1000) + "[]]";
        QVERIFY(json::validate(wide));
    }

    void membersAreFound()
    {
        const QByteArray text = " {\"a\": {\"b\": \"x\"}, \"b\": [1, \"}]\"], \"mod\\u0065l\": \"y\", \"b\": 2} ";
        const Span root = rootOf(text);
        QCOMPARE(root.in(text), QByteArrayView(text).trimmed());
        QCOMPARE(json::member(text, root, "model")->in(text), QByteArrayView("\"y\""));
        QCOMPARE(json::member(text, root, "b")->in(text), QByteArrayView("2")); // the last one
        QVERIFY(!json::member(text, root, "x"));
        const Span inner = *json::member(text, root, "a");
        QCOMPARE(json::unescaped(text, *json::member(text, inner, "b")), QByteArray("x"));
        QVERIFY(!json::member(text, *json::member(text, root, "b"), "b")); // no object
    }

    void visitsInOrderAndStops()
    {
        const QByteArray text = R"({"a":1,"b":[true,null,"z"],"c":{}})";
        const Span root = rootOf(text);
        QByteArrayList seen;
        json::forEachMember(text, root, [&](Span key, Span value) {
            seen << key.in(text).toByteArray() + value.in(text).toByteArray();
            return seen.size() < 2;
        });
        QCOMPARE(seen, (QByteArrayList{"\"a\"1", R"("b"[true,null,"z"])"}));
        seen.clear();
        json::forEachElement(text, *json::member(text, root, "b"), [&](Span value) {
            seen << value.in(text).toByteArray();
            return true;
        });
        QCOMPARE(seen, (QByteArrayList{"true", "null", "\"z\""}));
    }

    void escapes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("meaning");
        QTest::newRow("plain") << QByteArray("\"abc\"") << QByteArray("abc");
        QTest::newRow("simple") << QByteArray("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"") << QByteArray("\"\\/\b\f\n\r\t");
        QTest::newRow("unicode") << QByteArray(R"("\u0041\u00e4\u20AC")") << QByteArray("A\xC3\xA4\xE2\x82\xAC");
        QTest::newRow("pair") << QByteArray(R"("\ud83d\ude00")") << QByteArray("\xF0\x9F\x98\x80");
        QTest::newRow("highest") << QByteArray(R"("\udbff\udfff")") << QByteArray("\xF4\x8F\xBF\xBF");
        QTest::newRow("lone high") << QByteArray(R"("\ud83dx")") << QByteArray("\xEF\xBF\xBDx");
        QTest::newRow("lone low") << QByteArray(R"("\ude00")") << QByteArray("\xEF\xBF\xBD");
        QTest::newRow("two highs") << QByteArray(R"("\ud83d\ud83d\ude00")")
                                   << QByteArray("\xEF\xBF\xBD\xF0\x9F\x98\x80");
        QTest::newRow("zero") << QByteArray(R"("a\u0000b")") << QByteArray("a\0b", 3);
    }
    void escapes()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, meaning);
        const Span root = rootOf(text);
        QCOMPARE(json::unescaped(text, root), meaning);
        json::Cursor cursor(text);
        QCOMPARE(cursor.string(), meaning);
        QVERIFY(cursor.finish());
        const QByteArray again = json::quoted(meaning);
        QCOMPARE(json::unescaped(again, rootOf(again)), meaning);
        QCOMPARE(json::characterCount(again, rootOf(again)), QString::fromUtf8(meaning).toUcs4().size());
    }

    void numbers()
    {
        const auto integer = [](QByteArrayView text) { return json::integer(text, rootOf(text)); };
        QCOMPARE(integer("-17"), -17);
        QCOMPARE(integer("9223372036854775807"), std::numeric_limits<qint64>::max());
        for (const QByteArrayView text : {"9223372036854775808", "1.5", "1.0", "1e3", "\"1\"", "true", "null"})
            QVERIFY(!integer(text));
        const auto real = [](QByteArrayView text) { return json::real(text, rootOf(text)); };
        QCOMPARE(real("1.5e3"), 1500.0);
        QCOMPARE(real("7"), 7.0);
        QVERIFY(!real("1e999"));
        QVERIFY(!real("\"7\""));
        QCOMPARE(json::boolean("true", rootOf("true")), true);
        QCOMPARE(json::boolean("false", rootOf("false")), false);
        QVERIFY(!json::boolean("0", rootOf("0")));
    }

    void bytesAreReplaced()
    {
        const QByteArray text = R"({"a":1, "b":2})";
        QCOMPARE(json::replaced(text, *json::member(text, rootOf(text), "a"), "[true]"), R"({"a":[true], "b":2})");
        QCOMPARE(json::withMember(text, "b", "null"), R"({"a":1, "b":null})");
        QCOMPARE(json::withMember(text, "c", "3"), R"({"c":3,"a":1, "b":2})");
        QCOMPARE(json::withMember("{}", "c", "3"), R"({"c":3})");
        QCOMPARE(json::withMember(" { } ", "c", "3"), R"( {"c":3 } )");
        QCOMPARE(json::withMember(R"({"a":1,"\u0061":2})", "a", "3"), R"({"a":3,"\u0061":3})");
    }

    void cursorChecksWhatIsNotRead()
    {
        json::Cursor cursor(R"({"a":1,"b":[01]})");
        int members = 0;
        cursor.object([&](QByteArrayView) { ++members; });
        QCOMPARE(members, 2);
        QVERIFY(cursor.isFailed());
        QCOMPARE(cursor.finish().error().message,
            QStringLiteral("Invalid JSON at line 1, column 14: expected a comma or the end of the array."));
    }

    void cursorStopsAtTheCallersError()
    {
        json::Cursor cursor(R"({"a":[1,2,3],"b":1})");
        int visited = 0;
        cursor.object([&](QByteArrayView) {
            ++visited;
            cursor.array([&] {
                ++visited;
                cursor.reject(Error::invalid(QStringLiteral("no"), QStringLiteral("a[0]")));
            });
        });
        QCOMPARE(visited, 2);
        QCOMPARE(cursor.finish().error().param, QStringLiteral("a[0]"));
    }

    void cursorWantsTheKindAskedFor()
    {
        for (const QByteArrayView text : {"1", "\"x\"", "[]", "null", ""}) {
            json::Cursor cursor(text);
            cursor.object([](QByteArrayView) { });
            QVERIFY(!cursor.finish());
        }
        json::Cursor cursor("{}");
        cursor.array([] { });
        QVERIFY(!cursor.finish());
        json::Cursor other("12");
        QCOMPARE(other.string(), QByteArray());
        QVERIFY(!other.finish());
    }

    // Qt's parser is the model: whole texts agree, and so do texts with one byte changed or cut.
    void agreesWithQt()
    {
        constexpr quint32 seed = 20260714;
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        int valid = 0;
        for (int round = 0; round < 4000; ++round) {
            QByteArray text = "[" + randomValue(random, 4) + "]";
            if (round % 2) {
                text[random.bounded(int(text.size()))] = "{}[],:\"\\0.+-ntf \x01\xC3"[random.bounded(19)];
            } else if (round % 5 == 0) {
                text.chop(random.bounded(int(text.size())));
            }
            QJsonParseError error{};
            QJsonDocument::fromJson(text, &error);
            const bool isValid = json::validate(text).has_value();
            // Not the other way round: Qt takes numbers with a leading zero.
            if (isValid)
                QVERIFY2(error.error == QJsonParseError::NoError, text.constData());
            valid += isValid;
        }
        QVERIFY2(valid > 1500 && valid < 3500, QByteArray::number(valid).constData());
    }

    void speed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("frame") << QByteArray(
            R"({"id":"chatcmpl-284","object":"chat.completion.chunk","created":1795233499,"model":"gemma3:270m",)"
            R"("choices":[{"index":0,"delta":{"content":" Hi"},"finish_reason":null}]})");
        QTest::newRow("400 KB") << "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + QByteArray("The quick brown fox jumps over the lazy dog.\\n").repeated(8500) + "\"}]}";
    }
    void speed()
    {
        QFETCH(QByteArray, text);
        QBENCHMARK
        {
            QVERIFY(json::validate(text));
        }
    }
};

QTEST_APPLESS_MAIN(TestJsonScan)
#include "tst_jsonscan.moc"
