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
    void roundedComparisonsAreTold();
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
    row("$[?(@.id==18446744073709551615)].n", "1",
        "[{\"id\":18446744073709551614},{\"id\":18446744073709551615,\"n\":1}]");
    row("$[?(@.id==9007199254740993)].n", "2", "[{\"id\":9007199254740992},{\"id\":9007199254740993,\"n\":2}]");
    row("$[?(@==184467440737095516170)]", "184467440737095516170", "[\"a\",184467440737095516170,1]");
    row("$[?(@ > -100000000000000000000)]", "-5,1.50", "[-5,1.50,-1e21]");
    row("$[?(@==100)]", "1e2,100.0", "[1e2,100.0,99]");
    row("$[0,2]", "1,3", "[1,2,3]");
    row("$['1e2']", "7", "{\"1e2\":7}");
    row("$.a /* c */", "error invalid_json", "{\"a\":1 /* c */}");
    row("$.a // c", "error invalid_json", "// c\n{\"a\":1}");
    row("$.twice", "error invalid_json", "{\"twice\":1,\"twice\":2}");
    row("$[0].twice", "error invalid_json", "[{\"twice\":1,\"\\u0074wice\":2}]");
    row("$[0].once", "1", "[{\"once\":1},{\"once\":2}]");
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
    row("no JSON", "{", "{}", "invalid");
    row("nothing", "", "{}", "invalid");
    row("half a character", "\"\\ud800\"", "{}", "invalid");
    row("deep", QByteArray(QByteArray(300, '[') + QByteArray(300, ']')).constData(), "{}", "invalid");
    row("comment", "// c\n{\"a\":1}", "{}", "invalid");
    row("comment within", "{\"a\":1 /* x */}", "{}", "invalid");
    row("comment in quotes", "\"/* x */\"", "{}", "valid");
    row("comma at the end", "[1,]", "{}", "invalid");
    row("member twice", "{\"a\":1,\"a\":1}", "{}", "invalid");
    row("member of two objects", "[{\"a\":1},{\"a\":1}]", "{}", "valid");
    row("comment in the schema", "1", "{} // c", "invalid_json");
    row("member of the schema twice", "1", "{\"type\":\"string\",\"type\":\"number\"}", "invalid_json");
    row("definitions", "{\"a\":1}",
        "{\"definitions\":{\"x\":{\"type\":\"string\"}},\"properties\":{\"a\":{\"$ref\":\"#/definitions/x\"}}}",
        "invalid");
    row("definitions, fits", "{\"a\":\"1\"}",
        "{\"definitions\":{\"x\":{\"type\":\"string\"}},\"properties\":{\"a\":{\"$ref\":\"#/definitions/x\"}}}",
        "valid");
    row("definitions in 2019-09", "{\"a\":1}",
        "{\"$schema\":\"https://json-schema.org/draft/2019-09/schema\",\"definitions\":{\"x\":{\"type\":\"string\"}},"
        "\"properties\":{\"a\":{\"$ref\":\"#/definitions/x\"}}}",
        "invalid");
    row("components", "[1]",
        "{\"components\":{\"schemas\":{\"x\":{\"type\":\"string\"}}},\"items\":{\"$ref\":\"#/components/schemas/x\"}}",
        "invalid");
    row("components in draft 7", "[1]",
        "{\"$schema\":\"http://json-schema.org/draft-07/schema\",\"components\":{\"x\":{\"type\":\"string\"}},"
        "\"items\":{\"$ref\":\"#/components/x\"}}",
        "invalid");
    row("reference at the top in draft 7", "{\"next\":{\"next\":1}}",
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/definitions/x\",\"definitions\":{\"x\":"
        "{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/definitions/x\"}}}}}",
        "invalid");
    row("reference at the top", "{\"next\":{\"next\":1}}",
        "{\"$ref\":\"#/definitions/x\",\"definitions\":{\"x\":{\"type\":\"object\",\"properties\":{\"next\":"
        "{\"$ref\":\"#/definitions/x\"}}}}}",
        "invalid");
    row("chain of references", "1",
        "{\"$ref\":\"#/x/a\",\"x\":{\"a\":{\"$ref\":\"#/x/b\"},\"b\":{\"$ref\":\"#/x/c~1d%20e\"},\"c/d e\":"
        "{\"type\":\"string\"}}}",
        "invalid");
    row("place in the schema", "{\"a\":[1],\"b\":\"x\"}",
        "{\"properties\":{\"a\":{\"items\":{\"type\":\"number\"}},\"b\":{\"$ref\":\"#/properties/a/items\"}}}",
        "invalid");
    row("odd name", "1", "{\"$defs\":{\"a b\":{\"type\":\"string\"}},\"$ref\":\"#/$defs/a%20b\"}", "invalid");
    row("place of the schema by its own name", "1",
        "{\"$id\":\"http://a.example/b\",\"$defs\":{\"x\":{\"type\":\"string\"}},\"$ref\":\"#/$defs/x\"}", "invalid");
    row("place of the schema by its own name, elsewhere", "1",
        "{\"$id\":\"http://a.example/b\",\"x\":{\"type\":\"string\"},\"$ref\":\"http://a.example/b#/x\"}", "invalid");
    row("nowhere", "1", "{\"$ref\":\"#/definitions/y\",\"definitions\":{\"x\":{}}}", "unresolved_reference");
    row("no such anchor", "1", "{\"$ref\":\"#y\"}", "unresolved_reference");
    row("newest version", "1", "{\"$schema\":\"http://json-schema.org/schema#\",\"type\":\"string\"}", "invalid");
    row("unknown version", "1", "{\"$schema\":\"https://example.org/own\"}", "invalid_schema");
    row("1e20 is whole", "1e20", "{\"type\":\"integer\"}", "valid");
    row("20 digits and a zero", "[12345678901234567890.0]", "{\"items\":{\"type\":[\"integer\",\"null\"]}}", "valid");
    row("beside 1e20", "[1e20,1.5]", "{\"items\":{\"type\":\"integer\"}}", "invalid");
    row("beside 1e20, whole", "[1e20,null,3]", "{\"items\":{\"type\":[\"integer\",\"null\"]}}", "valid");
    row("number as a text", "1e20", "{\"type\":\"string\"}", "invalid");
    row("large and a text", "[100000000000000000000,\"a\"]", "{\"uniqueItems\":true}", "valid");
    row("large and a fraction", "100000000000000000000", "{\"maximum\":10.5}", "invalid");
    row("large has no length", "100000000000000000000", "{\"maxLength\":3}", "valid");
    row("64 bits", "18446744073709551614", "{\"const\":18446744073709551615}", "invalid");
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
    const auto twice = check("{\"a\":[{\"b/c\":1,\"b/c\":2}]}", "{}");
    QVERIFY(twice);
    QCOMPARE(QJsonDocument::fromJson(*twice)[u"errors"][0][u"path"].toString(), u"/a/0/b~1c"_s);
    const auto cut = check("{\"a\":1,\n x}", "{}");
    QVERIFY(cut);
    QVERIFY(cut->contains("line 2, column 2"));
}

/// Numbers that doubles cannot tell apart are compared all the same, and answers say so.
void JsonJobsTest::roundedComparisonsAreTold()
{
    const auto hasNote = [](const Result<QByteArray> &result) { return result && result->contains("\"note\":"); };
    const QByteArray ids = "[{\"id\":18446744073709551617},{\"id\":18446744073709551616}]";
    QVERIFY(hasNote(query(ids, "$[?(@.id==18446744073709551617)]")));
    QVERIFY(hasNote(query("[1]", "$[?(@ < 0.12345678901234567890)]")));
    QVERIFY(!hasNote(query(ids, "$[0].id")));
    QVERIFY(!hasNote(query("[{\"id\":18446744073709551615}]", "$[?(@.id==18446744073709551615)]")));
    QVERIFY(!hasNote(query("[0.1,0.30000000000000004,1e20,1e-7]", "$[?(@ > 0.1)]")));
    QVERIFY(hasNote(check("0.10000000000000000001", "{\"const\":0.1}")));
    QVERIFY(hasNote(check("12345678901234567890.5", "{\"type\":\"integer\"}")));
    QVERIFY(hasNote(check("1e400", "{\"type\":\"integer\"}")));
    QVERIFY(!hasNote(check("0.1", "{\"const\":0.10}")));
}

QTEST_GUILESS_MAIN(JsonJobsTest)
#include "tst_jsonjobs.moc"
