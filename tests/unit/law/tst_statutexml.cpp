// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/statutearchive.h"
#include "daemon/tools/law/statutexml.h"
#include "tests/unit/law/lawfixture.h"

#include <QTest>

using namespace moe;
using namespace moe::law;
using namespace moe::test;
using namespace Qt::StringLiterals;

/// The format of the texts, and what only looks like it.
class StatuteXmlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lawsAreRead();
    void listsTablesAndFiguresAreText();
    void normsAreLabelledAsTheyAreCited();
    void encodingsAreHonoured();
    void badDocumentsAreRefused_data();
    void badDocumentsAreRefused();
    void externalEntitiesDoNothing();
    void contentsAreRead();
    void archivesAreUnpacked();
    void badArchivesAreRefused_data();
    void badArchivesAreRefused();
    void bombsAreRefused();
    void damagedArchivesNeverCrash();
};

void StatuteXmlTest::lawsAreRead()
{
    const auto law = parseStatute(bgbXml());
    QVERIFY2(law.has_value(), law ? "" : qPrintable(law.error().message));
    QCOMPARE(law->abbreviation, u"BGB"_s);
    QCOMPARE(law->title, u"Bürgerliches Gesetzbuch"_s);
    QCOMPARE(law->issued, u"1896-08-18"_s);
    QCOMPARE(law->textDate, u"2026-01-10"_s);
    QCOMPARE(law->status,
             u"Neugefasst durch Bek. v. 2.1.2002 I 42; zuletzt geändert durch Art. 1 G v. 17.7.2025 I Nr. 163"_s);
    QCOMPARE(law->norms.size(), 5);
    QCOMPARE(law->norms[0].section, u"Buch 1 Allgemeiner Teil"_s);
    const Norm &purchase = law->norms[1];
    QCOMPARE(purchase.label, u"§ 433"_s);
    QCOMPARE(purchase.title, u"Vertragstypische Pflichten beim Kaufvertrag"_s);
    QCOMPARE(purchase.section,
             u"Buch 2 Recht der Schuldverhältnisse › Abschnitt 8 Einzelne Schuldverhältnisse › "
             "Titel 1 Kauf, Tausch"_s);
    QCOMPARE(purchase.text.count(u'\n'), 1);
    QVERIFY(purchase.text.startsWith(u"(1) Durch den Kaufvertrag wird der Verkäufer"));
    QVERIFY(law->norms[2].section.endsWith(u"Einzelne Schuldverhältnisse › Titel 5 Mietvertrag, Pachtvertrag"));
}

void StatuteXmlTest::listsTablesAndFiguresAreText()
{
    const auto law = parseStatute(spiegelXml());
    QVERIFY(law);
    QCOMPARE(law->abbreviation, u"SpiegelG 2024"_s);
    QCOMPARE(law->officialAbbreviation, u"SpiegelG"_s);
    QCOMPARE(law->norms[0].text, u"§ 1 Zweck\n§ 2 Maße"_s);
    const Norm &lists = law->norms[1];
    QCOMPARE(lists.title, u"Zweck und Ziel"_s);
    QCOMPARE(lists.text,
             u"Zweck ist\n1. die Ordnung der Spiegel, insbesondere\n  a) der runden und\n  b) der eckigen,\n"
             "2. ihr Schutz.\nDas Nähere regelt die Anlage."_s);
    QCOMPARE(lists.footnotes, u"§ 1: Gilt seit 1.3.2024"_s);
    QCOMPARE(law->norms[2].text,
             u"Ein Spiegel hat höchstens 3 m² und wird in einer Spiegelwerkstätte hergestellt & "
             "geprüft.\nForm | Gebühr\nrund | 5 €\neckig | 7 €\nNach der Tafel."_s);
    QVERIFY(law->norms[3].isRepealed);
    QVERIFY(!law->norms[2].isRepealed);
    QCOMPARE(law->norms[4].text, u"Bild: [Abbildung]"_s);
}

void StatuteXmlTest::normsAreLabelledAsTheyAreCited()
{
    QCOMPARE(parseStatute(ggXml())->norms[0].label, u"Art 1"_s);
    QCOMPARE(parseStatute(egbgbXml())->norms[0].label, u"Art 229 § 1"_s);
    const Norm range = parseStatute(bgbXml())->norms.last();
    QCOMPARE(range.label, u"§§ 1012 bis 1017"_s);
    QVERIFY(range.isRepealed);
}

void StatuteXmlTest::encodingsAreHonoured()
{
    QByteArray latin = QString::fromUtf8(bgbXml()).remove(u'›').toLatin1();
    QVERIFY(!parseStatute(latin)); // says that it is UTF-8
    latin.replace("UTF-8", "ISO-8859-1");
    const auto law = parseStatute(latin);
    QVERIFY(law);
    QCOMPARE(law->title, u"Bürgerliches Gesetzbuch"_s);
    QByteArray unknown = bgbXml();
    unknown.replace("UTF-8", "KLINGON-1");
    QVERIFY(!parseStatute(unknown));
}

void StatuteXmlTest::badDocumentsAreRefused_data()
{
    QTest::addColumn<QByteArray>("xml");
    const auto row = [](const char *name, const QByteArray &xml) { QTest::newRow(name) << xml; };
    row("empty", {});
    row("text", "BGB");
    row("other root", "<html/>");
    row("no name", "<dokumente><norm><metadaten><enbez>1</enbez></metadaten></norm></dokumente>");
    row("cut", bgbXml().first(bgbXml().size() / 2));
    row("zeros", QByteArray(1000, '\0'));
    row("NUL inside", QByteArray(bgbXml()).replace("Geburt", QByteArray("Ge\0burt", 7)));
    row("unknown entity", QByteArray(bgbXml()).replace("Geburt", "&geburt;"));
    row("deep",
        "<dokumente><norm><metadaten><jurabk>X</jurabk></metadaten><textdaten><text>"
            + QByteArray("<P>").repeated(200'000) + QByteArray("</P>").repeated(200'000)
            + "</text></textdaten></norm></dokumente>");
    row("laughs",
        "<!DOCTYPE dokumente [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
        "\"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><dokumente><norm><metadaten><jurabk>&c;</jurabk></metadaten></norm>"
        "</dokumente>");
    row("file entity",
        "<!DOCTYPE dokumente [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><dokumente><norm><metadaten><jurabk>&f;"
        "</jurabk></metadaten></norm></dokumente>");
}

void StatuteXmlTest::badDocumentsAreRefused()
{
    QFETCH(const QByteArray, xml);
    const auto law = parseStatute(xml);
    QVERIFY(!law);
    QCOMPARE(law.error().code, ErrorCode::InvalidRequest);
    QCOMPARE(law.error().reason, u"law_format"_s);
    QVERIFY(!law.error().message.contains(u"root:"));
}

void StatuteXmlTest::externalEntitiesDoNothing()
{
    const QByteArray xml = "<!DOCTYPE dokumente SYSTEM \"file:///etc/passwd\"><dokumente><norm><metadaten><jurabk>X"
                           "</jurabk></metadaten></norm></dokumente>";
    const auto law = parseStatute(xml);
    QVERIFY(law);
    QCOMPARE(law->title, u"X"_s);
    QVERIFY(law->norms.isEmpty());
}

void StatuteXmlTest::contentsAreRead()
{
    const auto contents = parseContents(contentsXml({"bgb", "sgb_5", "1-dm-goldm_nzg"}));
    QVERIFY(contents);
    QCOMPARE(contents->entries,
             (QList<ContentsEntry>{{u"bgb"_s, u"Law bgb"_s},
                                   {u"sgb_5"_s, u"Law sgb_5"_s},
                                   {u"1-dm-goldm_nzg"_s, u"Law 1-dm-goldm_nzg"_s}}));
    QVERIFY(!parseContents("<items></items>"));
    QVERIFY(!parseContents(contentsXml({"bgb"}).chopped(3)));
    // Names that could lead elsewhere are no names of laws.
    for (const QByteArray id : {"..", ".", "", "a b", "%2e%2e", "?x", ".hidden"})
        QVERIFY2(!parseContents(contentsXml({id})), id.constData());
    QCOMPARE(parseContents(contentsXml({"../../etc"}))->entries.first().id, u"etc"_s);
}

void StatuteXmlTest::archivesAreUnpacked()
{
    QCOMPARE(xmlOfArchive(zipOf(bgbXml())).value(), bgbXml());
    QCOMPARE(xmlOfArchive(zipOf(Files{{"a.jpg", "image"}, {"../../x.XML", "<x/>"}})).value(), "<x/>");
}

void StatuteXmlTest::badArchivesAreRefused_data()
{
    QTest::addColumn<QByteArray>("zip");
    const QByteArray good = zipOf(bgbXml());
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("XML") << bgbXml();
    QTest::newRow("cut") << good.first(good.size() / 2);
    QTest::newRow("no XML") << zipOf(Files{{"a.txt", "x"}});
    QTest::newRow("two") << zipOf(Files{{"a.xml", "x"}, {"b.xml", "x"}});
    QTest::newRow("zeros") << QByteArray(100'000, '\0');
}

void StatuteXmlTest::badArchivesAreRefused()
{
    QFETCH(const QByteArray, zip);
    const auto xml = xmlOfArchive(zip);
    QVERIFY(!xml);
    QCOMPARE(xml.error().reason, u"law_archive"_s);
}

void StatuteXmlTest::bombsAreRefused()
{
    const QByteArray bomb = zipOf(QByteArray(largestStatuteXml + 1, 'a'));
    QVERIFY(bomb.size() < 1024 * 1024);
    const auto xml = xmlOfArchive(bomb);
    QVERIFY(!xml);
    QCOMPARE(xml.error().code, ErrorCode::TooLarge);
}

void StatuteXmlTest::damagedArchivesNeverCrash()
{
    const QByteArray good = zipOf(spiegelXml());
    int refused = 0;
    for (qsizetype at = 0; at < good.size(); at += 7) {
        QByteArray damaged = good;
        damaged[at] = char(damaged[at] ^ 0x55);
        const auto xml = xmlOfArchive(damaged);
        if (!xml || *xml != spiegelXml())
            ++refused;
    }
    QVERIFY(refused > 0);
    for (qsizetype size = 0; size < good.size(); size += 11)
        QVERIFY(!xmlOfArchive(good.first(size)));
}

QTEST_GUILESS_MAIN(StatuteXmlTest)
#include "tst_statutexml.moc"
