// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculation.h"
#include "daemon/tools/json/jsonpathtext.h"
#include "daemon/tools/json/jsontools.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace Qt::StringLiterals;

namespace {

QByteArray job(const char *first, const QByteArray &text, const char *second, const QByteArray &other)
{
    return QJsonDocument(QJsonObject{{QLatin1StringView(first), QString::fromUtf8(text)},
                                     {QLatin1StringView(second), QString::fromUtf8(other)}})
        .toJson(QJsonDocument::Compact);
}

Result<QByteArray> called(const QString &name, const QByteArray &arguments)
{
    static const ToolList tools = jsonTools();
    const auto tool = std::ranges::find(tools, name, [](const auto &each) { return each->info().name; });
    const auto result = std::dynamic_pointer_cast<const CalculationBase>(*tool)->result(arguments);
    if (!result)
        return failure(result.error());
    return result->structured;
}

Result<QByteArray> query(const QByteArray &document, const QByteArray &path)
{
    return called(u"json_query"_s, job("json_str", document, "path", path));
}

Result<QByteArray> check(const QByteArray &data, const QByteArray &schema)
{
    return called(u"structured_validate"_s, job("data", data, "schema", schema));
}

/// The values of the matches with commas between them, as they are written.
QByteArray valuesOf(const Result<QByteArray> &result)
{
    if (!result)
        return "error " + result.error().reason.toUtf8();
    QByteArrayList values;
    qsizetype at = 0;
    while ((at = result->indexOf("\"value\":", at)) >= 0) {
        at += 8;
        qsizetype end = result->indexOf("},{\"path\"", at);
        if (end < 0)
            end = result->lastIndexOf("}],\"count\"");
        values.append(result->sliced(at, end - at));
        at = end;
    }
    return values.join(',');
}

const QByteArray shop = "{\"store\":{\"book\":[{\"title\":\"A\",\"price\":8.95},{\"title\":\"B\",\"price\":12.99}],"
                        "\"a.b\":{\"x y\":true},\"big\":123456789012345678901234567890.5,\"n\":null}}";

}

/// JSON paths and schemas.
class JsonJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathsFindValues_data();
    void pathsFindValues();
    void placesAreTold();
    void shortPathsAreTranslated();
    void deepAndLargeDocumentsAreBounded();
    void schemasAreChecked_data();
    void schemasAreChecked();
    void faultsNameTheirPlace();
};

void JsonJobsTest::pathsFindValues_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *path, const QByteArray &expected, const QByteArray &document = shop) {
        QTest::newRow(path) << document << expected;
    };
    row("$.store.book[0].title", "\"A\"");
    row("store.book[1].title", "\"B\"");
    row("store.book[-1].title", "\"B\"");
    row("$.store.book[*].price", "8.95,12.99");
    row("store.book[*].price", "8.95,12.99");
    row("$..price", "8.95,12.99");
    row("$.store.book[?(@.price < 10)].title", "\"A\"");
    row("$.store.book[?(@.price > 10)].price", "12.99");
    row("$['store']['a.b']['x y']", "true");
    row("store['a.b'].x y", "true");
    row("store.big", "123456789012345678901234567890.5");
    row("$.store.n", "null");
    row("$.nothing", "");
    row("store.book[7]", "");
    row("$", "[1,2]", "[1,2]");
    row("[1]", "1.10", "[0,1.10]");
    row("$[0]", "12345678901234567890123", "[12345678901234567890123]");
    row("$.b", "{\"z\":1,\"a\":2}", "{\"b\":{\"z\":1,\"a\":2}}"); // in its order
    row("$.store.book[", "error invalid_path");
    row("$.store.book[?(@.price < ]", "error invalid_path");
    row("", "error invalid_path");
    row("$.a", "error invalid_json", "{\"a\":1");
    row(" $.b ", "error invalid_json", "{\"a\":01}");
    row("$.store.book[?(@.title =~ /(a+)+b/)]", "error regex_not_supported");
    row("$.store.book[?(@.title = ~ /(a+)+b/)]", "error regex_not_supported");
    row("$.store.book[?(tokenize(@.title,'(a+)+b'))]", "error regex_not_supported");
    row("$['=~ in quotes']", "");
    row("$.keys", "error invalid_json", "");
}

void JsonJobsTest::pathsFindValues()
{
    QFETCH(const QByteArray, document);
    QFETCH(const QByteArray, expected);
    QCOMPARE(valuesOf(query(document, QTest::currentDataTag())), expected);
}

void JsonJobsTest::placesAreTold()
{
    const auto result = query(shop, "$..price");
    QVERIFY(result);
    const QJsonObject answer = QJsonDocument::fromJson(*result).object();
    QCOMPARE(answer[u"count"].toInt(), 2);
    QCOMPARE(answer[u"matches"][1][u"path"].toString(), u"$['store']['book'][1]['price']"_s);
}

void JsonJobsTest::shortPathsAreTranslated()
{
    QCOMPARE(jsonPathOf(u"a.b[0]"_s).value(), u"$['a']['b'][0]"_s);
    QCOMPARE(jsonPathOf(u" a "_s).value(), u"$['a']"_s);
    QCOMPARE(jsonPathOf(u"[0].a"_s).value(), u"$[0]['a']"_s);
    QCOMPARE(jsonPathOf(u"a.*.b"_s).value(), u"$['a'][*]['b']"_s);
    QCOMPARE(jsonPathOf(u"it's"_s).value(), u"$['it\\'s']"_s);
    QVERIFY(!jsonPathOf(QString(1001, u'a')));
}

void JsonJobsTest::deepAndLargeDocumentsAreBounded()
{
    QCOMPARE(valuesOf(query(QByteArray(100'000, '['), "$")), QByteArray("error invalid_json"));
    QCOMPARE(valuesOf(query(QByteArray(300, '[') + QByteArray(300, ']'), "$")), QByteArray("error invalid_json"));
    const QByteArray large = '[' + QByteArray("\"0123456789\",").repeated(20'000) + "1]";
    QCOMPARE(valuesOf(query(large, "$[*]")), QByteArray("error result_too_large"));
    QCOMPARE(valuesOf(query(large, "$[20000]")), QByteArray("1"));
    QVERIFY(!called(u"json_query"_s, "hello"));
    QVERIFY(!called(u"json_query"_s, "{}"));
}

void JsonJobsTest::schemasAreChecked_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("expected"); // "valid", "invalid" or the error's code
    const auto row = [](const char *name, const char *data, const char *schema, const char *expected) {
        QTest::newRow(name) << QByteArray(data) << QByteArray(schema) << QByteArray(expected);
    };
    row("anything", "1", "{}", "valid");
    row("true", "1", "true", "valid");
    row("false", "1", "false", "invalid");
    row("type", "\"a\"", "{\"type\":\"integer\"}", "invalid");
    row("required", "{\"a\":1}", "{\"required\":[\"a\",\"b\"]}", "invalid");
    row("range", "5", "{\"minimum\":1,\"maximum\":5}", "valid");
    row("items", "[1,\"x\"]", "{\"items\":{\"type\":\"number\"}}", "invalid");
    row("local reference", "[1]", "{\"$defs\":{\"n\":{\"type\":\"number\"}},\"items\":{\"$ref\":\"#/$defs/n\"}}",
        "valid");
    row("draft 7", "{}", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}", "valid");
    row("recursive", "[[[[]]]]", "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}", "valid");
    row("remote reference", "1", "{\"$ref\":\"https://example.org/schema.json\"}", "remote_reference");
    row("file reference", "1", "{\"$ref\":\"file:///etc/passwd\"}", "remote_reference");
    row("pattern", "\"aaaa\"", "{\"pattern\":\"^(a|b)*$\"}", "regex_not_supported");
    row("deep pattern", "1", "{\"anyOf\":[{\"items\":{\"not\":{\"pattern\":\"a\"}}}]}", "regex_not_supported");
    row("pattern in definitions", "1", "{\"$defs\":{\"x\":{\"pattern\":\"a\"}}}", "regex_not_supported");
    row("pattern properties", "{}", "{\"patternProperties\":{\"^a\":{}}}", "regex_not_supported");
    row("format regex", "\"(\"", "{\"format\":\"regex\"}", "regex_not_supported");
    row("a property called pattern", "{\"pattern\":1}", "{\"properties\":{\"pattern\":{\"type\":\"string\"}}}",
        "invalid");
    row("pattern as a value", "{\"pattern\":\"x\"}", "{\"const\":{\"pattern\":\"x\"}}", "valid");
    row("no JSON", "{", "{}", "invalid_json");
    row("no schema", "1", "{", "invalid_json");
    row("number as schema", "1", "7", "invalid_schema");
}

void JsonJobsTest::schemasAreChecked()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QByteArray, schema);
    QFETCH(const QByteArray, expected);
    const auto result = check(data, schema);
    if (!result) {
        QCOMPARE(result.error().reason.toUtf8(), expected);
        return;
    }
    const bool isValid = QJsonDocument::fromJson(*result).object()[u"valid"].toBool();
    QCOMPARE(isValid ? QByteArray("valid") : QByteArray("invalid"), expected);
}

void JsonJobsTest::faultsNameTheirPlace()
{
    const auto result = check("{\"a\":[1,\"x\",\"y\"]}", "{\"properties\":{\"a\":{\"items\":{\"type\":\"integer\"}}}}");
    QVERIFY(result);
    const QJsonObject answer = QJsonDocument::fromJson(*result).object();
    QCOMPARE(answer[u"error_count"].toInt(), 2);
    QCOMPARE(answer[u"errors"][0][u"path"].toString(), u"/a/1"_s);
    QVERIFY(!answer[u"errors"][0][u"message"].toString().isEmpty());
}

QTEST_GUILESS_MAIN(JsonJobsTest)
#include "tst_jsonjobs.moc"
