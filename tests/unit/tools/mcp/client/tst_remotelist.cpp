// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remotelist.h"
#include "tests/unit/tools/mcp/client/remotefixture.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;

/// What other servers say, as we take it.
class RemoteListTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wantsSchemasOfObjects_data();
    void wantsSchemasOfObjects();
    void showsWhatIsText_data();
    void showsWhatIsText();
};

void RemoteListTest::wantsSchemasOfObjects_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<bool>("isOffered");
    const auto row = [](const char *name, const char *schema, bool isOffered) {
        QTest::newRow(name) << QByteArray(schema) << isOffered;
    };
    row("bare", "{\"type\":\"object\"}", true);
    row("whole", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}", true);
    row("more", "{\"type\":\"object\",\"additionalProperties\":false,\"$defs\":{}}", true);
    row("empty", "{}", false);
    row("another type", "{\"type\":\"string\"}", false);
    row("several types", "{\"type\":[\"object\"]}", false);
    row("properties in a list", "{\"type\":\"object\",\"properties\":[]}", false);
    row("any property", "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":true}}", false);
    row("required by number", "{\"type\":\"object\",\"required\":[1]}", false);
    row("required or not", "{\"type\":\"object\",\"required\":true}", false);
    row("list", "[]", false);
}

void RemoteListTest::wantsSchemasOfObjects()
{
    QFETCH(const QByteArray, schema);
    QFETCH(const bool, isOffered);
    const QByteArray list = "{\"tools\":[{\"name\":\"t\",\"inputSchema\":" + schema
        + "},{\"name\":\"u\",\"inputSchema\":"
          "{\"type\":\"object\"}}]}";
    const auto page = remotePage(list);
    QVERIFY(page);
    QCOMPARE(page->tools.size(), isOffered ? 2 : 1);
    QCOMPARE(page->tools.last().name, u"u"_s);
    QCOMPARE(page->leftOut, isOffered ? QStringList() : QStringList{u"t"_s});
}

void RemoteListTest::showsWhatIsText_data()
{
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<QString>("text"); // empty: none
    const auto row = [](const char *name, const QByteArray &content, const QByteArray &rest, const char *text) {
        QTest::newRow(name) << QByteArray("{\"content\":[" + content + ']' + rest + '}') << QString::fromLatin1(text);
    };
    const QByteArray image = "{\"type\":\"image\",\"data\":\"\",\"mimeType\":\"image/png\"}";
    const QByteArray file = "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"text\":\"of a file\"}}";
    const QByteArray blob = "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"blob\":\"\"}}";
    const QByteArray structured = ",\"structuredContent\":{\"x\":1}";
    row("embedded", image + ',' + file + ',' + blob, {}, "of a file");
    row("embedded beside text", textBlock(u"text"_s) + ',' + file, {}, "text\nof a file");
    row("structured beside an image", image, structured, "{\"x\":1}");
    row("structured alone", {}, structured, "{\"x\":1}");
    row("structured beside text", textBlock(u"text"_s), structured, "text");
    row("image", image, {}, "");
    row("blob", blob, {}, "");
    row("nothing", {}, {}, "");
}

void RemoteListTest::showsWhatIsText()
{
    QFETCH(const QByteArray, result);
    QFETCH(const QString, text);
    const auto shown = remoteResult(result);
    QCOMPARE(shown.has_value(), !text.isEmpty());
    if (shown) {
        QCOMPARE(shown->text, text);
        return;
    }
    QCOMPARE(shown.error().reason, u"remote_failed"_s);
    QVERIFY(shown.error().message.contains(u"nothing that can be shown"_s));
}

QTEST_GUILESS_MAIN(RemoteListTest)
#include "tst_remotelist.moc"
