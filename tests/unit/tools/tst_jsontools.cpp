// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/engines.h"
#include "daemon/tools/json/csvshape.h"
#include "daemon/tools/json/jsontools.h"
#include "daemon/tools/outsourced.h"
#include "daemon/tools/worker/workermain.h"
#include "tests/unit/tools/toolcall.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace moe;
using namespace moe::tools;
using namespace moe::tools::test;
using namespace Qt::StringLiterals;

namespace {

/// The example document of RFC 9535, section 1.5.
const QString store = uR"({"store":{"book":[
{"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},
{"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},
{"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99},
{"category":"fiction","author":"J. R. R. Tolkien","title":"The Lord of the Rings","isbn":"0-395-19395-8","price":22.99}
],"bicycle":{"color":"red","price":399}}})"_s;

QString compact(const QJsonValue &value)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).sliced(1).chopped(1);
}

QString nested(int depth, QChar open, QChar close) { return QString(depth, open) + QString(depth, close); }

}

/// Paths, schemas and tables, through a worker. What paths find is as RFC 9535 says, what schemas allow as JSON Schema
/// 2020-12 says, what a CSV text is as RFC 4180 says.
class JsonToolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathsFind_data();
    void pathsFind();
    void placesAreTold();
    void numbersStayAsWritten();
    void pathsAreRefused_data();
    void pathsAreRefused();
    void schemasJudge_data();
    void schemasJudge();
    void schemasAreRefused_data();
    void schemasAreRefused();
    void tablesAreJudged_data();
    void tablesAreJudged();
    void tablesOfAnySizeEnd();

private:
    CallOutcome find(const QString &document, const QString &path)
    {
        return callTool(m_tools, u"json_query"_s, {{u"json_str"_s, document}, {u"path"_s, path}});
    }
    CallOutcome judge(const QString &data, const QString &schema)
    {
        return callTool(m_tools, u"structured_validate"_s, {{u"data"_s, data}, {u"schema"_s, schema}});
    }

    WorkerPool m_workers{{}};
    const ToolList m_tools = outsourced(jsonTools(), m_workers);
};

void JsonToolsTest::pathsFind_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected"); // the values, in order
    const auto row = [](const char *name, const QString &document, const QString &path, const QString &expected) {
        QTest::newRow(name) << document << path << expected;
    };
    row("authors of books", store, u"$.store.book[*].author"_s,
        uR"(["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"])"_s);
    row("all authors", store, u"$..author"_s,
        uR"(["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"])"_s);
    row("third book", store, u"$..book[2].title"_s, uR"(["Moby Dick"])"_s);
    row("last book", store, u"$..book[-1].title"_s, uR"(["The Lord of the Rings"])"_s);
    row("first two", store, u"$..book[0,1].price"_s, u"[8.95,12.99]"_s);
    row("slice", store, u"$..book[:2].price"_s, u"[8.95,12.99]"_s);
    row("slice with a step", store, u"$.store.book[0:4:2].price"_s, u"[8.95,8.99]"_s);
    row("with isbn", store, u"$..book[?(@.isbn)].title"_s, uR"(["Moby Dick","The Lord of the Rings"])"_s);
    row("cheap", store, u"$..book[?(@.price<10)].title"_s, uR"(["Sayings of the Century","Moby Dick"])"_s);
    row("equal text", store, u"$..book[?(@.category=='reference')].price"_s, u"[8.95]"_s);
    row("and", store, u"$..book[?(@.price<10 && @.isbn)].title"_s, uR"(["Moby Dick"])"_s);
    row("members in quotes", store, u"$['store']['bicycle']['color']"_s, uR"(["red"])"_s);
    row("nothing there", store, u"$.store.car"_s, u"[]"_s);
    row("outside an array", store, u"$.store.book[9]"_s, u"[]"_s);
    row("whole document", u"[1,2]"_s, u"$"_s, u"[[1,2]]"_s);
    row("plain", uR"({"a":{"b":[10,20]}})"_s, u"a.b[0]"_s, u"[10]"_s);
    row("plain, deeper", uR"({"a":{"b":[{"c":"x"},{"c":"y"}]}})"_s, u"a.b[1].c"_s, uR"(["y"])"_s);
    row("plain star", uR"({"a":[1,2]})"_s, u"a[*]"_s, u"[1,2]"_s);
    row("plain root array", u"[5,6]"_s, u"[1]"_s, u"[6]"_s);
    row("name with a quote", uR"({"it's":1})"_s, u"it's"_s, u"[1]"_s);
    row("umlauts", uR"({"Größe":{"Maß":"1 m"}})"_s, u"Größe.Maß"_s, uR"(["1 m"])"_s);
    row("null, true, empty text", uR"({"a":[null,true,""]})"_s, u"$.a[*]"_s, uR"([null,true,""])"_s);
    row("two children", uR"({"a":1,"b":2,"c":3})"_s, u"$['a','c']"_s, u"[1,3]"_s);
}

void JsonToolsTest::pathsFind()
{
    QFETCH(const QString, document);
    QFETCH(const QString, path);
    QFETCH(const QString, expected);
    const CallOutcome outcome = find(document, path);
    QCOMPARE(outcome.errorCode, QString());
    QJsonArray values;
    for (const QJsonValue &match : outcome.object[u"matches"].toArray())
        values.append(match[u"value"]);
    QCOMPARE(compact(values), expected);
    QCOMPARE(outcome.object[u"count"].toInt(), values.size());
}

void JsonToolsTest::placesAreTold()
{
    const QJsonArray matches = find(store, u"$..book[?(@.price<10)].price"_s).object[u"matches"].toArray();
    QCOMPARE(matches.size(), 2);
    QCOMPARE(matches[0][u"path"].toString(), u"$['store']['book'][0]['price']"_s);
    QCOMPARE(matches[1][u"path"].toString(), u"$['store']['book'][2]['price']"_s);
    QCOMPARE(find(store, u"$.store.bicycle.color"_s).text, u"\"red\""_s);
    QCOMPARE(find(store, u"$.store.car"_s).text, u"The path finds nothing"_s);
    QVERIFY(find(store, u"$..price"_s).text.startsWith(u"5 values, the first: "_s));
}

void JsonToolsTest::numbersStayAsWritten()
{
    const QString document = uR"({"a":[12345678901234567890123456789,0.1000,1e400]})"_s;
    QCOMPARE(find(document, u"$.a[0]"_s).text, u"12345678901234567890123456789"_s);
    QCOMPARE(find(document, u"$.a[1]"_s).text, u"0.1000"_s);
    QCOMPARE(find(document, u"$.a[2]"_s).text, u"1e400"_s);
    QCOMPARE(find(document, u"$.a"_s).text, u"[12345678901234567890123456789,0.1000,1e400]"_s);
}

void JsonToolsTest::pathsAreRefused_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    const QString any = u"{\"a\":1}"_s;
    QTest::newRow("empty") << any << u"  "_s << u"invalid_path"_s;
    QTest::newRow("no path") << any << u"$[?"_s << u"invalid_path"_s;
    QTest::newRow("open quote") << any << u"$['a"_s << u"invalid_path"_s;
    QTest::newRow("long") << any << u"$"_s + u".a"_s.repeated(501) << u"invalid_path"_s;
    QTest::newRow("regex") << any << u"$[?(@.a =~ /(a+)+b/)]"_s << u"regex_not_supported"_s;
    QTest::newRow("regex, spaced out") << any << u"$[?(@.a = ~ /(a+)+b/)]"_s << u"regex_not_supported"_s;
    QTest::newRow("tokenize") << any << u"$[?(tokenize(@.a,'(a+)+b')[0])]"_s << u"regex_not_supported"_s;
    QTest::newRow("not JSON") << u"{'a':1}"_s << u"$"_s << u"invalid_json"_s;
    QTest::newRow("cut JSON") << u"{\"a\":"_s << u"$"_s << u"invalid_json"_s;
    QTest::newRow("two documents") << u"1 2"_s << u"$"_s << u"invalid_json"_s;
    QTest::newRow("deep") << nested(20'000, u'[', u']') << u"$..*"_s << u"invalid_json"_s;
    QTest::newRow("function without $") << any << u"sum(a[*])"_s << u"invalid_path"_s;
    QTest::newRow("descent without $") << any << u"a..b"_s << u"invalid_path"_s;
    QTest::newRow("too much") << u"["_s + u"\"0123456789\","_s.repeated(8'000) + u"0]"_s << u"$[*]"_s
                              << u"result_too_large"_s;
}

void JsonToolsTest::pathsAreRefused()
{
    QFETCH(const QString, document);
    QFETCH(const QString, path);
    QTEST(find(document, path).errorCode, "expected");
}

void JsonToolsTest::schemasJudge_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("data");
    QTest::addColumn<int>("faults");
    QTest::addColumn<QString>("path"); // of the first
    const QString person = uR"({"type":"object","required":["name"],"additionalProperties":false,
        "properties":{"name":{"type":"string","minLength":1},"age":{"type":"integer","minimum":0,"maximum":150},
        "tags":{"type":"array","items":{"enum":["a","b"]},"uniqueItems":true}}})"_s;
    const auto row = [](const char *name, const QString &schema, const QString &data, int faults, const QString &path) {
        QTest::newRow(name) << schema << data << faults << path;
    };
    row("fits", person, uR"({"name":"Ada","age":36,"tags":["a","b"]})"_s, 0, {});
    row("required", person, u"{}"_s, 1, u""_s);
    row("type", person, uR"({"name":1})"_s, 1, u"/name"_s);
    row("minLength", person, uR"({"name":""})"_s, 1, u"/name"_s);
    row("minimum", person, uR"({"name":"Ada","age":-1})"_s, 1, u"/age"_s);
    row("maximum", person, uR"({"name":"Ada","age":151})"_s, 1, u"/age"_s);
    row("a whole number may have a point", person, uR"({"name":"Ada","age":36.0})"_s, 0, {});
    row("not whole", person, uR"({"name":"Ada","age":36.5})"_s, 1, u"/age"_s);
    row("enum in items", person, uR"({"name":"Ada","tags":["a","c"]})"_s, 1, u"/tags/1"_s);
    row("uniqueItems", person, uR"({"name":"Ada","tags":["a","a"]})"_s, 1, u"/tags"_s);
    row("const", uR"({"const":{"a":[1,2]}})"_s, uR"({"a":[1,2]})"_s, 0, {});
    row("anyOf", uR"({"anyOf":[{"type":"string"},{"type":"null"}]})"_s, u"null"_s, 0, {});
    row("not", uR"({"not":{"type":"string"}})"_s, u"1"_s, 0, {});
    row("oneOf, both fit", uR"({"oneOf":[{"type":"number"},{"minimum":2}]})"_s, u"3"_s, 1, u""_s);
    row("if then", uR"({"if":{"minimum":10},"then":{"multipleOf":5}})"_s, u"12"_s, 1, u""_s);
    row("if not", uR"({"if":{"minimum":10},"then":{"multipleOf":5}})"_s, u"7"_s, 0, {});
    row("$ref", uR"({"$defs":{"n":{"type":"number"}},"items":{"$ref":"#/$defs/n"}})"_s, u"[1,2]"_s, 0, {});
    row("recursive", uR"({"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false})"_s,
        uR"({"next":{"next":{"next":{}}}})"_s, 0, {});
    row("prefixItems", uR"({"prefixItems":[{"type":"string"}],"items":{"type":"number"}})"_s, uR"(["a",1,2])"_s, 0, {});
    row("a property called pattern", uR"({"properties":{"pattern":{"type":"string"}}})"_s, uR"({"pattern":"x"})"_s, 0,
        {});
    row("true", u"true"_s, u"[]"_s, 0, {});
    row("false", u"false"_s, u"[]"_s, 1, u""_s);
    row("no JSON", u"{}"_s, u"{a}"_s, 1, u""_s);
    row("member twice", u"{}"_s, uR"([{"a":1,"a":2}])"_s, 1, u"/0/a"_s);
    row("definitions", uR"({"definitions":{"x":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/x"}}})"_s,
        uR"({"a":1})"_s, 1, u"/a"_s);
}

void JsonToolsTest::schemasJudge()
{
    QFETCH(const QString, schema);
    QFETCH(const QString, data);
    QFETCH(const int, faults);
    const CallOutcome outcome = judge(data, schema);
    QCOMPARE(outcome.errorCode, QString());
    QCOMPARE(outcome.object[u"valid"].toBool(), faults == 0);
    const QJsonArray errors = outcome.object[u"errors"].toArray();
    QCOMPARE(errors.isEmpty(), faults == 0);
    QCOMPARE(outcome.object[u"error_count"].toInt(), errors.size());
    if (faults > 0) {
        QTEST(errors.first()[u"path"].toString(), "path");
        QVERIFY(!errors.first()[u"message"].toString().isEmpty());
    }
}

void JsonToolsTest::schemasAreRefused_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("expected");
    const QString regex = u"regex_not_supported"_s;
    QTest::newRow("pattern") << u"\"a\""_s.replace(u"a"_s, u"a"_s.repeated(50'000)) << uR"({"pattern":"^(a|b)*$"})"_s
                             << regex;
    QTest::newRow("patternProperties") << u"{}"_s << uR"({"patternProperties":{"(a+)+":true}})"_s << regex;
    QTest::newRow("hidden") << u"{}"_s << uR"({"allOf":[{"properties":{"a":{"items":{"pattern":"x"}}}}]})"_s << regex;
    QTest::newRow("format") << u"\"(\""_s << uR"({"format":"regex"})"_s << regex;
    QTest::newRow("elsewhere") << u"1"_s << uR"({"$ref":"http://127.0.0.1/secret.json"})"_s << u"remote_reference"_s;
    QTest::newRow("file") << u"1"_s << uR"({"$ref":"file:///etc/passwd"})"_s << u"remote_reference"_s;
    QTest::newRow("no schema") << u"1"_s << u"{\"type\":"_s << u"invalid_json"_s;
    QTest::newRow("nowhere") << u"1"_s << uR"({"$ref":"#/definitions/x"})"_s << u"unresolved_reference"_s;
}

void JsonToolsTest::schemasAreRefused()
{
    QFETCH(const QString, data);
    QFETCH(const QString, schema);
    QTEST(judge(data, schema).errorCode, "expected");
}

void JsonToolsTest::tablesAreJudged_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("expectedColumns");
    QTest::addColumn<int>("rows");
    QTest::addColumn<QList<int>>("lines"); // those with faults
    const QStringList any;
    QTest::newRow("plain") << "a,b\n1,2\n3,4\n"_ba << any << 2 << QList<int>();
    QTest::newRow("no last newline") << "a,b\r\n1,2"_ba << any << 1 << QList<int>();
    QTest::newRow("semicolons") << "a;b;c\n1,5;2;3\n"_ba << any << 1 << QList<int>();
    QTest::newRow("tabs") << "a\tb\n1\t2\n"_ba << any << 1 << QList<int>();
    QTest::newRow("quoted") << "a,b\n\"x, \"\"y\"\"\nz\",2\n3,4\n"_ba << any << 2 << QList<int>();
    QTest::newRow("too few, too many") << "a,b\n1\n1,2,3\n1,2\n"_ba << any << 3 << QList<int>{2, 3};
    QTest::newRow("after a quoted line end") << "a,b\n\"x\ny\",2\n3\n"_ba << any << 2 << QList<int>{4};
    QTest::newRow("twice") << "a,a\n"_ba << any << 0 << QList<int>{1};
    QTest::newRow("no name") << "a,,c\n"_ba << any << 0 << QList<int>{1};
    QTest::newRow("as expected") << "b,a\n1,2\n"_ba << QStringList{u"a"_s, u"b"_s} << 1 << QList<int>();
    QTest::newRow("missing") << "a\n1\n"_ba << QStringList{u"a"_s, u"b"_s} << 1 << QList<int>{1};
    QTest::newRow("not expected") << "a,b,c\n"_ba << QStringList{u"a"_s, u"b"_s} << 0 << QList<int>{1};
    QTest::newRow("nothing") << ""_ba << any << 0 << QList<int>{1};
    QTest::newRow("only carriage returns") << "a,b\r1,2\r3,4"_ba << any << 0 << QList<int>{1};
    QTest::newRow("a carriage return within") << "a,b\n1\r,2\n3,4\n"_ba << any << 2 << QList<int>{2, 2};
    QTest::newRow("a quoted carriage return") << "a,b\n\"1\r2\",2\n"_ba << any << 1 << QList<int>();
    QTest::newRow("open quote") << "a,b\n\"1,2\n"_ba << any << 1 << QList<int>{2, 2};
}

void JsonToolsTest::tablesAreJudged()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QStringList, expectedColumns);
    QFETCH(const QList<int>, lines);
    const CsvShape shape = csvShapeOf(text, '\0', expectedColumns);
    QList<int> found;
    for (const CsvFault &fault : shape.faults)
        found.append(fault.line);
    QCOMPARE(found, lines);
    QCOMPARE(shape.faultCount, lines.size());
    QTEST(int(shape.rows), "rows");

    const CallOutcome outcome = callTool(m_tools, u"structured_validate"_s,
                                         {{u"data"_s, QString::fromUtf8(text)},
                                          {u"format"_s, u"csv"_s},
                                          {u"columns"_s, QJsonArray::fromStringList(expectedColumns)}});
    QCOMPARE(outcome.errorCode, QString());
    QCOMPARE(outcome.object[u"valid"].toBool(), lines.isEmpty());
    QCOMPARE(outcome.object[u"columns"].toVariant().toStringList(), shape.columns);
    const CallOutcome asText = callTool(
        m_tools, u"structured_validate"_s,
        {{u"data"_s, QString::fromUtf8(text)}, {u"format"_s, u"csv"_s}, {u"columns"_s, expectedColumns.join(u", "_s)}});
    QCOMPARE(asText.object, outcome.object);
}

/// As many columns as fit into a call, each expected and none of them there: in quadratic time this would take minutes.
void JsonToolsTest::tablesOfAnySizeEnd()
{
    constexpr int count = 60'000;
    QByteArray header;
    QStringList expected;
    for (int i = 0; i < count; ++i) {
        header += 'a' + QByteArray::number(i) + ',';
        expected.append(u'b' + QString::number(i));
    }
    const CsvShape shape = csvShapeOf(header + "end\n", ',', expected);
    QCOMPARE(shape.faultCount, 2 * count + 1);
    QCOMPARE(shape.faults.size(), 50);
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(engines());
    QCoreApplication application(argc, argv);
    JsonToolsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_jsontools.moc"
