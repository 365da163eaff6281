// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/citation.h"
#include "daemon/tools/law/germanwords.h"
#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/law/topics.h"

#include <QTest>

using namespace moe;
using namespace moe::law;
using namespace Qt::StringLiterals;

/// German words and citations.
class LawTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inflectedWordsAreEqual_data();
    void inflectedWordsAreEqual();
    void differentWordsStayDifferent();
    void kindredWordsBeginAlike();
    void queriesLoseEmptyWords();
    void lawsHaveOneKey();
    void citationsAreUnderstood_data();
    void citationsAreUnderstood();
    void severalNormsAreNoticed();
    void otherTextIsNoCitation_data();
    void otherTextIsNoCitation();
    void labelsHaveKeys_data();
    void labelsHaveKeys();
    void paragraphsAreCutOut();
    void excerptsShowTheWord();
    void topicsAreWhole();
};

void LawTextTest::inflectedWordsAreEqual_data()
{
    QTest::addColumn<QStringList>("words");
    for (const auto &words :
         {u"Kündigung Kündigungen Kuendigung KÜNDIGUNG"_s, u"kündigt kündigen kündigten kündige kündigst"_s,
          u"Mieter Mietern Mieters Miete Mieten Mieterin Mieterinnen"_s,
          u"Vertrag Vertrages Vertrags Verträge Verträgen"_s, u"Gesetz Gesetze Gesetzes Gesetzen"_s,
          u"Straße Strassen Straßen"_s, u"Kind Kinder Kindern Kindes"_s,
          u"Arbeitnehmer Arbeitnehmern Arbeitnehmerin Arbeitnehmerinnen"_s, u"Käufer Käufers Kaeufer"_s,
          u"Behörde Behörden"_s, u"Haus Häuser Häusern Hauses"_s, u"Frist Fristen"_s, u"Recht Rechte Rechts Rechten"_s,
          u"Erbe Erben"_s, u"Schaden Schäden Schadens"_s, u"Steuer Steuern"_s, u"Ehe Ehen"_s})
        QTest::newRow(qPrintable(words.section(u' ', 0, 0))) << words.split(u' ');
}

void LawTextTest::inflectedWordsAreEqual()
{
    QFETCH(const QStringList, words);
    for (const QString &word : words)
        QCOMPARE(stemOf(word), stemOf(words.first()));
}

void LawTextTest::differentWordsStayDifferent()
{
    QVERIFY(stemOf(u"Haftung") != stemOf(u"Haft"));
    QVERIFY(stemOf(u"Satzung") != stemOf(u"Satz"));
    QVERIFY(stemOf(u"Verein") != stemOf(u"Vereinbarung"));
    QCOMPARE(stemOf(u"433"), u"433"_s);
    QCOMPARE(stemOf(u"573c"), u"573c"_s);
    QCOMPARE(stemsOf(u"§ 573c: Kündigung, AND NEAR(\"x\")*"),
             (QStringList{u"573c"_s, u"kundigung"_s, u"and"_s, u"near"_s, u"x"_s}));
}

void LawTextTest::kindredWordsBeginAlike()
{
    for (const QString &word : {u"Kündigung"_s, u"kündigen"_s, u"Kündigungsfrist"_s})
        QVERIFY2(stemOf(word).startsWith(beginningOf(stemOf(u"Kündigung"))), qPrintable(word));
    QCOMPARE(beginningOf(stemOf(u"Möglichkeit")), stemOf(u"möglich"));
    QCOMPARE(beginningOf(u"ehe"_s), u"ehe"_s);
}

void LawTextTest::queriesLoseEmptyWords()
{
    QCOMPARE(queryStems(u"Die Kündigung des Mieters und die Frist"),
             (QStringList{u"kundigung"_s, u"miet"_s, stemOf(u"Frist")}));
    QCOMPARE(queryStems(u"der die das").size(), 3);
    QCOMPARE(queryStems(u" §§ ... \" * ").size(), 0);
    QCOMPARE(queryStems(u"wort "_s.repeated(50)).size(), 1);
    QString many;
    for (int i = 0; i < 40; ++i)
        many += u"wort%1 "_s.arg(i);
    QCOMPARE(queryStems(many).size(), 16);
}

void LawTextTest::lawsHaveOneKey()
{
    for (const QString &name : {u"SGB V"_s, u"SGB 5"_s, u"SGB-V"_s, u"sgb  v"_s, u"SGB5"_s})
        QCOMPARE(nameKey(name), u"sgb5"_s);
    QCOMPARE(nameKey(u"BAföG"), nameKey(u"BAFOEG"));
    QVERIFY(nameKey(u"SGB IV") != nameKey(u"SGB VI"));
    for (const QString &name : {u"des Bürgerlichen Gesetzbuches"_s, u"Bürgerlichen Gesetzbuchs"_s})
        QCOMPARE(inflectedNameKey(name), inflectedNameKey(u"Bürgerliches Gesetzbuch"));
    QCOMPARE(inflectedNameKey(u"Sozialgesetzbuches V"), inflectedNameKey(u"Sozialgesetzbuch 5"));
    QVERIFY(inflectedNameKey(u"Strafgesetzbuch") != inflectedNameKey(u"Handelsgesetzbuch"));
}

void LawTextTest::citationsAreUnderstood_data()
{
    QTest::addColumn<QString>("norm");
    QTest::addColumn<QString>("paragraph");
    QTest::addColumn<QString>("details");
    QTest::addColumn<QString>("law");
    const auto row = [](const char *text, const QString &norm, const QString &paragraph = {}, const QString &law = {},
                        const QString &details = {}) { QTest::newRow(text) << norm << paragraph << details << law; };
    row("§ 433 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§433BGB", u"§433"_s, {}, u"BGB"_s);
    row("BGB § 433", u"§433"_s, {}, u"BGB"_s);
    row("BGB 433", u"433"_s, {}, u"BGB"_s);
    row("433", u"433"_s);
    row("433 BGB", u"433"_s, {}, u"BGB"_s);
    row("§ 433 Abs. 1", u"§433"_s, u"1"_s);
    row("§ 433 Absatz 1 Satz 2 BGB", u"§433"_s, u"1"_s, u"BGB"_s, u"Satz 2"_s);
    row("§ 433 II BGB", u"§433"_s, u"2"_s, u"BGB"_s);
    row("§ 312 g Abs 2 Nr. 3 BGB", u"§312g"_s, u"2"_s, u"BGB"_s, u"Nr. 3"_s);
    row("§ 573C", u"§573c"_s);
    row("Paragraph 1 des BGB", u"§1"_s, {}, u"BGB"_s);
    row("Art. 1 GG", u"art1"_s, {}, u"GG"_s);
    row("Artikel 20 Abs. 3 Grundgesetz", u"art20"_s, u"3"_s, u"Grundgesetz"_s);
    row("Art 229 § 1 EGBGB", u"art229§1"_s, {}, u"EGBGB"_s);
    row("§ 12 SGB V", u"§12"_s, {}, u"SGB V"_s);
    row("SGB 5 § 12", u"§12"_s, {}, u"SGB 5"_s);
    row("SGB V 12 Abs. 2", u"12"_s, u"2"_s, u"SGB V"_s);
    row("Anlage 1 SpiegelG", u"anlage1"_s, {}, u"SpiegelG"_s);
    row("Anlage IV", u"anlage4"_s);
    row("Anlage", u"anlage"_s);
    row("§§ 433 BGB", u"§433"_s, {}, u"BGB"_s);
    // Paragraphs and sentences in short
    row("§ 433 (1) BGB", u"§433"_s, u"1"_s, u"BGB"_s);
    row("§433(1)BGB", u"§433"_s, u"1"_s, u"BGB"_s);
    row("§ 433 (1) 2 BGB", u"§433"_s, u"1"_s, u"BGB"_s, u"Satz 2"_s);
    row("§ 433 (2a) S. 1 BGB", u"§433"_s, u"2a"_s, u"BGB"_s, u"S. 1"_s);
    row("§ 433 I 1 BGB", u"§433"_s, u"1"_s, u"BGB"_s, u"Satz 1"_s);
    row("Art. 3 III 1 GG", u"art3"_s, u"3"_s, u"GG"_s, u"Satz 1"_s);
    row("§ 823 Absatz I BGB", u"§823"_s, u"1"_s, u"BGB"_s);
    row("§ 535 Abs.1 S.2 BGB", u"§535"_s, u"1"_s, u"BGB"_s, u"S. 2"_s);
    row("§ 433, Abs. 1 BGB", u"§433"_s, u"1"_s, u"BGB"_s);
    // Behind the law
    row("§ 433 BGB Abs. 2", u"§433"_s, u"2"_s, u"BGB"_s);
    row("§ 433 BGB, Abs. 2 Satz 1", u"§433"_s, u"2"_s, u"BGB"_s, u"Satz 1"_s);
    row("§ 433 BGB (2)", u"§433"_s, u"2"_s, u"BGB"_s);
    row("BGB § 433 Abs. 1", u"§433"_s, u"1"_s, u"BGB"_s);
    row("BGB, § 433 (1)", u"§433"_s, u"1"_s, u"BGB"_s);
    row("BGB 433 I 1", u"433"_s, u"1"_s, u"BGB"_s, u"Satz 1"_s);
    row("GG Art. 3", u"art3"_s, {}, u"GG"_s);
    // Details
    row("§ 5 Abs. 2 Nr. 3 a UStG", u"§5"_s, u"2"_s, u"UStG"_s, u"Nr. 3a"_s);
    row("§ 4 Nr. 21 Buchst. a Doppelbuchst. bb UStG", u"§4"_s, {}, u"UStG"_s, u"Nr. 21 Buchst. a Doppelbuchst. bb"_s);
    row("§ 2 Nr. 3 a) UStG", u"§2"_s, {}, u"UStG"_s, u"Nr. 3a"_s);
    row("Art. 6 Abs. 1 UAbs. 1 lit. f DSGVO", u"art6"_s, u"1"_s, u"DSGVO"_s, u"UAbs. 1 lit. f"_s);
    row("§ 812 Abs. 1 S. 1 1. Alt. BGB", u"§812"_s, u"1"_s, u"BGB"_s, u"S. 1 1. Alt"_s);
    row("§ 812 I 1 Alt. 1 BGB", u"§812"_s, u"1"_s, u"BGB"_s, u"Satz 1 Alt. 1"_s);
    row("section 433 BGB", u"§433"_s, {}, u"BGB"_s);
    row("sec. 433 (1) BGB", u"§433"_s, u"1"_s, u"BGB"_s);
    // Several norms: the first
    row("§§ 812 ff. BGB", u"§812"_s, {}, u"BGB"_s);
    row("§§ 812ff BGB", u"§812"_s, {}, u"BGB"_s);
    row("§ 433 f. BGB", u"§433"_s, {}, u"BGB"_s);
    row("§ 433f. BGB", u"§433"_s, {}, u"BGB"_s);
    row("§ 312f BGB", u"§312f"_s, {}, u"BGB"_s);
    row("§ 312 f BGB", u"§312f"_s, {}, u"BGB"_s);
    row("§§ 433, 434 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§§ 433 u. 434 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§§ 433 und 434 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§§ 433 bis 435 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§§ 433–435 BGB", u"§433"_s, {}, u"BGB"_s);
    row("§§ 280 Abs. 1, 241 Abs. 2 BGB", u"§280"_s, u"1"_s, u"BGB"_s);
    row("§ 433 Abs. 1 und 2 BGB", u"§433"_s, u"1"_s, u"BGB"_s);
    row("§ 823 I, II BGB", u"§823"_s, u"1"_s, u"BGB"_s);
    row("3 i.V.m.", u"3"_s);
    row("§ 3 i. V. m. § 4 Abs. 1 UStG", u"§3"_s, {}, u"UStG"_s);
    row("§ 433 BGB iVm § 434 BGB", u"§433"_s, {}, u"BGB"_s);
    row("Art. 2 Abs. 1 in Verbindung mit Art. 1 Abs. 1 GG", u"art2"_s, u"1"_s, u"GG"_s);
    row("§ 433 BGB und § 434 BGB", u"§433"_s, {}, u"BGB"_s);
    // Laws by their titles, and what stands around
    row("§ 433 des Bürgerlichen Gesetzbuches", u"§433"_s, {}, u"Bürgerlichen Gesetzbuches"_s);
    row("Art. 20 Abs 1 des Grundgesetzes", u"art20"_s, u"1"_s, u"Grundgesetzes"_s);
    row("§ 1 des Gesetzes über Spiegel, Glas und Rahmen", u"§1"_s, {}, u"Gesetzes über Spiegel Glas und Rahmen"_s);
    row("§ 433 Bürgerliches Gesetzbuch (BGB)", u"§433"_s, {}, u"Bürgerliches Gesetzbuch"_s);
    row("gemäß § 433 BGB", u"§433"_s, {}, u"BGB"_s);
    row("nach Art. 1 Abs. 1 GG", u"art1"_s, u"1"_s, u"GG"_s);
    row("§ 1004 BGB analog", u"§1004"_s, {}, u"BGB"_s);
    row("§ 284 BGB a.F.", u"§284"_s, {}, u"BGB"_s);
    row("Artikel 3 GG", u"art3"_s, {}, u"GG"_s);
    row("Art.3GG", u"art3"_s, {}, u"GG"_s);
    row("§ 15a EStG", u"§15a"_s, {}, u"EStG"_s);
    row("§ 15 a EStG", u"§15a"_s, {}, u"EStG"_s);
    row("§ 12 Abs. 1 SGB V", u"§12"_s, u"1"_s, u"SGB V"_s);
    row("Anlage 2 zu § 2 SpiegelG", u"anlage2"_s, {}, u"SpiegelG"_s);
    row("Anlage 1 zum UStG", u"anlage1"_s, {}, u"UStG"_s);
}

void LawTextTest::citationsAreUnderstood()
{
    const auto citation = parseCitation(QString::fromUtf8(QTest::currentDataTag()));
    QVERIFY(citation);
    QTEST(citation->norm, "norm");
    QTEST(citation->paragraph, "paragraph");
    QTEST(citation->details, "details");
    QTEST(citation->law, "law");
}

void LawTextTest::severalNormsAreNoticed()
{
    for (const QString &text :
         {u"§§ 433, 535 BGB"_s, u"§ 433 f. BGB"_s, u"§§ 812 ff BGB"_s, u"§ 433 Abs. 1 und 2 BGB"_s,
          u"§ 823 I, II BGB"_s, u"§§ 433–435 BGB"_s, u"§ 433 BGB iVm § 434 BGB"_s, u"§ 433 BGB und § 434 BGB"_s,
          u"§ 3 i. V. m. § 4 Abs. 1 UStG"_s}) {
        const auto citation = parseCitation(text);
        QVERIFY2(citation && citation->isFirstOfSeveral, qUtf8Printable(text));
    }
    for (const QString &text :
         {u"§ 433 BGB"_s, u"§ 433, Abs. 1 BGB"_s, u"§ 433, BGB"_s, u"Anlage 2 zu § 2 SpiegelG"_s,
          u"Art 229 § 1 EGBGB"_s, u"§ 5 Abs. 2 Nr. 3 a UStG"_s, u"BGB, § 433 (1)"_s, u"§ 433 BGB, Abs. 2 Satz 1"_s}) {
        const auto citation = parseCitation(text);
        QVERIFY2(citation && !citation->isFirstOfSeveral, qUtf8Printable(text));
    }
}

void LawTextTest::otherTextIsNoCitation_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("sign") << u"§"_s;
    QTest::newRow("law") << u"BGB"_s;
    QTest::newRow("word") << u"§ BGB"_s;
    QTest::newRow("long") << QString(u"§ "_s + QString(1'000'000, u'1'));
    QTest::newRow("NUL") << QString(QChar(0));
}

void LawTextTest::otherTextIsNoCitation()
{
    QFETCH(const QString, text);
    const auto citation = parseCitation(text);
    QVERIFY(!citation);
    QCOMPARE(citation.error().reason, u"invalid_arguments"_s);
    QVERIFY(citation.error().message.size() < 300);
}

void LawTextTest::labelsHaveKeys_data()
{
    QTest::addColumn<QStringList>("keys");
    QTest::newRow("§ 433") << QStringList{u"§433"_s};
    QTest::newRow("§§ 7 bis 9") << QStringList{u"§7"_s, u"§8"_s, u"§9"_s};
    QTest::newRow("§§ 559a und 559b") << QStringList{u"§559a"_s, u"§559b"_s};
    QTest::newRow("§§ 12a bis 12c") << QStringList{u"§12a"_s, u"§12b"_s, u"§12c"_s};
    QTest::newRow("§§ 3, 5 u. 7") << QStringList{u"§3"_s, u"§5"_s, u"§7"_s};
    QTest::newRow("Art 1") << QStringList{u"art1"_s};
    QTest::newRow("Art 229 § 1") << QStringList{u"art229§1"_s};
    QTest::newRow("Anlage 1 (zu § 2)") << QStringList{u"anlage1"_s};
    QTest::newRow("Anlage (zu § 2)") << QStringList{u"anlage"_s};
    QTest::newRow("Eingangsformel") << QStringList{u"eingangsformel"_s};
}

void LawTextTest::labelsHaveKeys() { QTEST(normKeys(QString::fromUtf8(QTest::currentDataTag())), "keys"); }

void LawTextTest::paragraphsAreCutOut()
{
    const QString text = u"(1) Eins.\n1. a\n  b) c\n(2) Zwei.\n(2a) Zwei a."_s;
    QCOMPARE(paragraphOf(text, u"1"_s), u"(1) Eins.\n1. a\n  b) c"_s);
    QCOMPARE(paragraphOf(text, u"2"_s), u"(2) Zwei."_s);
    QCOMPARE(paragraphOf(text, u"2a"_s), u"(2a) Zwei a."_s);
    QCOMPARE(paragraphOf(text, u"3"_s), QString());
    QCOMPARE(paragraphOf(u"Ohne Absätze."_s, u"1"_s), QString());
}

void LawTextTest::excerptsShowTheWord()
{
    const QString text = u"Wort "_s.repeated(200) + u"die Kündigungen "_s + u"danach "_s.repeated(200);
    const QString excerpt = excerptOf(text, {u"kundigung"_s});
    QVERIFY(excerpt.contains(u"Kündigungen"));
    QVERIFY(excerpt.startsWith(u"… ") && excerpt.endsWith(u" …") && excerpt.size() < 340);
    QCOMPARE(excerptOf(u"kurz"_s, {u"nichts"_s}), u"kurz"_s);
    QCOMPARE(excerptOf({}, {u"nichts"_s}), QString());
}

void LawTextTest::topicsAreWhole()
{
    const Topics topics;
    QVERIFY(topics.all().size() >= 40);
    for (const Topic &topic : topics.all()) {
        QVERIFY2(!topic.laws.empty(), qPrintable(topic.name));
        for (const QStringList &words : topic.words)
            QVERIFY2(!words.isEmpty(), qPrintable(topic.name));
    }
    const auto found = topics.about(queryStems(u"Was steht zum Mietrecht?"));
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found.front()->laws.front().norms, u"§§ 535–580a"_s);
    QCOMPARE(topics.abbreviationOf(u"Grundgesetz"_s), u"GG"_s);
    QCOMPARE(topics.abbreviationOf(u"des Grundgesetzes"_s), u"GG"_s);
    QVERIFY(!topics.abbreviationOf(u"Raumschiffgesetz"_s));
    QVERIFY(topics.about(queryStems(u"Quantenchromodynamik")).empty());
}

QTEST_GUILESS_MAIN(LawTextTest)
#include "tst_lawtext.moc"
