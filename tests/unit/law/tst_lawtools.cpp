// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitelawindex.h"
#include "daemon/tools/law/lawtools.h"
#include "daemon/tools/law/statutexml.h"
#include "tests/support/testdirectory.h"
#include "tests/unit/law/lawfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace moe;
using namespace moe::law;
using namespace moe::test;
using namespace Qt::StringLiterals;

namespace {

QJsonObject objectOf(const Result<tools::ToolResult> &result)
{
    return QJsonDocument::fromJson(result ? result->structured : QByteArray()).object();
}

QByteArray json(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

QStringList column(const QJsonArray &rows, const QString &name)
{
    QStringList values;
    for (const QJsonValue &row : rows)
        values.append(row[name].toString());
    return values;
}

}

/// The four tools over an index of a few laws.
class LawToolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void withoutLawsTheySayHowToLoadThem();
    void paragraphsAreFound_data();
    void paragraphsAreFound();
    void answersNameLawTitleAndDate();
    void whatIsNotThereIsAnError_data();
    void whatIsNotThereIsAnError();
    void inflectedWordsHit_data();
    void inflectedWordsHit();
    void querySyntaxIsOnlyText_data();
    void querySyntaxIsOnlyText();
    void searchesAreBounded();
    void topicsNameStatutes();
    void contentsAreListed();
    void longTextsComeInParts();
    void schemasSayWhatIsNeeded();

private:
    Result<tools::ToolResult> call(const QString &tool, const QByteArray &arguments)
    {
        return call(m_tools, tool, arguments);
    }
    static Result<tools::ToolResult> call(const tools::ToolList &list, const QString &name, const QByteArray &arguments)
    {
        for (const auto &tool : list) {
            if (tool->info().name == name)
                return QCoro::waitFor(tool->call(arguments, {}));
        }
        return failure(Error::internal(u"no such tool"_s));
    }
    void put(const QString &id, const QByteArray &xml)
    {
        const auto statute = parseStatute(xml);
        QVERIFY(statute);
        QVERIFY(QCoro::waitFor(m_index->put(id, {"tag", "hash"}, *statute, {})));
    }

    SystemClock m_clock;
    TestDirectory m_folder;
    std::unique_ptr<storage::SqliteLawIndex> m_index;
    tools::ToolList m_tools;
};

void LawToolsTest::initTestCase()
{
    auto index = storage::SqliteLawIndex::open(m_folder.file(u"law.db"_s), m_clock);
    QVERIFY2(index.has_value(), index ? "" : qPrintable(index.error().message));
    m_index = std::move(*index);
    m_tools = lawTools(*m_index);
    QCOMPARE(m_tools.size(), 4U);
    put(u"bgb"_s, bgbXml());
    put(u"gg"_s, ggXml());
    put(u"bgbeg"_s, egbgbXml());
    put(u"spiegelg_2024"_s, spiegelXml());
    put(u"langg"_s,
        shortLawXml("LangG", "Ein langer Satz über Öfen. " + QByteArray("Weiter “und” so fort € ").repeated(4000)));
}

void LawToolsTest::withoutLawsTheySayHowToLoadThem()
{
    const auto empty = storage::SqliteLawIndex::open(m_folder.file(u"empty.db"_s), m_clock);
    QVERIFY(empty);
    const tools::ToolList list = lawTools(**empty);
    for (const auto &[tool, arguments] : {std::pair(u"legal_search_laws"_s, R"({"query":"Miete"})"),
                                          {u"legal_get_law_overview"_s, R"({"law":"BGB"})"},
                                          {u"legal_get_paragraph"_s, R"({"paragraph":"1 BGB"})"},
                                          {u"legal_fulltext_search"_s, R"({"query":"Miete"})"}}) {
        const auto result = call(list, tool, arguments);
        QVERIFY(!result);
        QCOMPARE(result.error().reason, u"no_corpus"_s);
        QVERIFY(result.error().message.contains(u"moectl law sync"));
    }
}

void LawToolsTest::paragraphsAreFound_data()
{
    QTest::addColumn<QString>("law");
    QTest::addColumn<QString>("paragraph");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("begin");
    const auto row
        = [](const char *name, const char *law, const char *paragraph, const char *label, const char *begin) {
              QTest::newRow(name) << QString::fromUtf8(law) << QString::fromUtf8(paragraph) << QString::fromUtf8(label)
                                  << QString::fromUtf8(begin);
          };
    row("both", "BGB", "§ 433", "§ 433", "(1) Durch den Kaufvertrag");
    row("one", "", "§ 433 BGB", "§ 433", "(1) Durch den Kaufvertrag");
    row("joined", "", "§433BGB", "§ 433", "(1) Durch den Kaufvertrag");
    row("number", "bgb", "433", "§ 433", "(1) Durch");
    row("twice", "BGB", "§ 433 BGB", "§ 433", "(1) Durch");
    row("second", "BGB", "§ 433 Abs. 2", "§ 433", "(2) Der Käufer ist verpflichtet");
    row("roman", "", "§ 433 II BGB", "§ 433", "(2) Der Käufer ist verpflichtet");
    row("genitive", "", "§ 433 des Bürgerlichen Gesetzbuches", "§ 433", "(1) Durch");
    row("genitive of a common name", "", "Art. 1 Abs 1 des Grundgesetzes", "Art 1", "(1) Die Würde");
    row("genitive of a short title", "", "§ 2 des Spiegelgesetzes", "§ 2", "Ein Spiegel");
    row("brackets", "", "§ 433 (2) BGB", "§ 433", "(2) Der Käufer");
    row("title", "Bürgerliches Gesetzbuch", "1", "§ 1", "Die Rechtsfähigkeit");
    row("umlaut", "Buergerliches Gesetzbuch", "1", "§ 1", "Die Rechtsfähigkeit");
    row("letter", "BGB", "§ 573 C", "§ 573", "");
    row("small", "BGB", "§ 573 c", "§ 573c", "(1) Die Kündigung");
    row("article", "", "Art. 1 GG", "Art 1", "(1) Die Würde");
    row("common", "Grundgesetz", "Artikel 1 Abs. 1 Satz 1", "Art 1", "(1) Die Würde");
    row("English", "", "section 433 BGB", "§ 433", "(1) Durch");
    row("bare article", "GG", "1", "Art 1", "(1) Die Würde");
    row("in article", "EGBGB", "Art. 229 § 1", "Art 229 § 1", "(1) § 284");
    row("annex", "SpiegelG", "Anlage 1", "Anlage 1 (zu § 2)", "Bild");
    row("without year", "Spiegelgesetz", "§ 2", "§ 2", "Ein Spiegel");
    row("range", "BGB", "§ 1014", "§§ 1012 bis 1017", "");
}

void LawToolsTest::paragraphsAreFound()
{
    QFETCH(const QString, law);
    QFETCH(const QString, paragraph);
    QFETCH(const QString, label);
    QFETCH(const QString, begin);
    QJsonObject arguments{{u"paragraph"_s, paragraph}};
    if (!law.isEmpty())
        arguments.insert("law"_L1, law);
    const auto result = call(u"legal_get_paragraph"_s, json(arguments));
    if (label == u"§ 573") { // "C" is no letter of a paragraph here, and no law either
        QVERIFY(!result);
        return;
    }
    QVERIFY2(result.has_value(), result ? "" : qPrintable(result.error().message));
    const QJsonObject answer = objectOf(result);
    QCOMPARE(answer[u"paragraph"].toString(), label);
    QVERIFY2(answer[u"text"].toString().startsWith(begin), qPrintable(answer[u"text"].toString()));
}

void LawToolsTest::answersNameLawTitleAndDate()
{
    const auto result = call(u"legal_get_paragraph"_s, R"({"paragraph":"§ 433 Abs. 1 Satz 2 BGB"})");
    QVERIFY(result);
    const QJsonObject answer = objectOf(result);
    QCOMPARE(answer[u"law"].toString(), u"BGB"_s);
    QCOMPARE(answer[u"law_title"].toString(), u"Bürgerliches Gesetzbuch"_s);
    QCOMPARE(answer[u"title"].toString(), u"Vertragstypische Pflichten beim Kaufvertrag"_s);
    QCOMPARE(answer[u"text_date"].toString(), u"2026-01-10"_s);
    QCOMPARE(answer[u"selection"].toString(), u"Abs. 1 Satz 2"_s);
    QVERIFY(answer[u"status"].toString().contains(u"zuletzt geändert"));
    QVERIFY(!answer[u"text"].toString().contains(u"(2)"));
    QVERIFY(result->text.startsWith(u"§ 433 Abs. 1 Satz 2 BGB – Vertragstypische Pflichten beim Kaufvertrag (Stand "
                                    "2026-01-10): (1) Durch"));
    QVERIFY(!result->text.contains(u'\n'));
    QVERIFY(!answer.contains(u"note"));
    const auto first = call(u"legal_get_paragraph"_s, R"({"paragraph":"§§ 433, 535 BGB"})").value();
    QVERIFY(objectOf(first)[u"note"].toString().contains(u"einzeln") && first.text.contains(u"einzeln"));
    const auto byNumber = call(u"legal_get_paragraph"_s, R"({"law":"BGB","paragraph":433,"part":"1"})").value();
    QCOMPARE(objectOf(byNumber)[u"paragraph"].toString(), u"§ 433"_s);
    const auto gone = call(u"legal_get_paragraph"_s, R"({"paragraph":"§ 1012 BGB"})").value();
    QVERIFY(objectOf(gone)[u"repealed"].toBool() && gone.text.contains(u"(weggefallen)"));
}

void LawToolsTest::whatIsNotThereIsAnError_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, const QString &tool, const QByteArray &arguments, const QString &reason) {
        QTest::newRow(name) << tool << arguments << reason;
    };
    const QString get = u"legal_get_paragraph"_s;
    const QString find = u"legal_fulltext_search"_s;
    row("law", get, R"({"law":"XYZG","paragraph":"1"})", u"unknown_law"_s);
    row("paragraph", get, R"({"law":"BGB","paragraph":"999"})", u"unknown_paragraph"_s);
    row("article", get, R"({"paragraph":"Art. 433 BGB"})", u"unknown_paragraph"_s);
    row("section", get, R"({"paragraph":"§ 1 GG"})", u"unknown_paragraph"_s);
    row("part of it", get, R"({"paragraph":"§ 433 Abs. 7 BGB"})", u"unknown_paragraph"_s);
    row("no law", get, R"({"paragraph":"§ 433"})", u"invalid_arguments"_s);
    row("two laws", get, R"({"law":"GG","paragraph":"§ 433 BGB"})", u"invalid_arguments"_s);
    row("part", get, R"({"paragraph":"§ 433 BGB","part":2})", u"invalid_arguments"_s);
    row("no citation", get, R"({"law":"BGB","paragraph":"hello"})", u"invalid_arguments"_s);
    row("missing", get, "{}", u"invalid_arguments"_s);
    row("unknown", get, R"({"paragraph":"§ 433 BGB","x":1})", u"invalid_arguments"_s);
    row("type", get, R"({"paragraph":[]})", u"invalid_arguments"_s);
    row("no JSON", get, "hello", u"invalid_arguments"_s);
    row("no word", find, R"({"query":"* \" ("})", u"invalid_arguments"_s);
    row("limit", find, R"({"query":"Miete","limit":0})", u"invalid_arguments"_s);
    row("large limit", find, R"({"query":"Miete","limit":51})", u"invalid_arguments"_s);
    row("half a limit", find, R"({"query":"Miete","limit":"1.5"})", u"invalid_arguments"_s);
    row("part as a text", get, R"({"paragraph":"§ 433 BGB","part":"2"})", u"invalid_arguments"_s);
    row("number that is no paragraph", get, R"({"law":"BGB","paragraph":433.5})", u"invalid_arguments"_s);
    row("law of search", find, R"({"query":"Miete","law":"XYZG"})", u"unknown_law"_s);
    row("long", find, R"({"query":")" + QByteArray(501, 'a') + R"("})", u"invalid_arguments"_s);
    row("huge", find, R"({"query":")" + QByteArray(100'000, 'a') + R"("})", u"arguments_too_large"_s);
    row("too huge", find, QByteArray(2'000'000, 'a'), u"arguments_too_large"_s);
}

void LawToolsTest::whatIsNotThereIsAnError()
{
    QFETCH(const QString, tool);
    QFETCH(const QByteArray, arguments);
    const auto result = call(tool, arguments);
    QVERIFY(!result);
    QTEST(result.error().reason, "reason");
    QVERIFY(result.error().message.size() < 400);
}

void LawToolsTest::inflectedWordsHit_data()
{
    QTest::addColumn<QString>("label");
    for (const char *query : {"Kündigungen", "kündigt", "Kuendigung", "ordentliche Kündigungen",
                              "Fristen der Kündigung", "dritter Werktage", "Kündigungsfristen der Vermieter"})
        QTest::newRow(query) << u"§ 573c"_s;
    for (const char *query : {"Käufern", "Kaufverträge", "Verkäufers", "übergebene Sachen", "kaufvertrag eigentum"})
        QTest::newRow(query) << u"§ 433"_s;
    QTest::newRow("Würde des Menschen") << u"Art 1"_s;
    QTest::newRow("Spiegelwerkstätten") << u"§ 2"_s;
    QTest::newRow("außerordentlich kündigen Mieter") << u"§ 573d"_s;
    QTest::newRow("Kaufvertrag Raumschiff") << u"§ 433"_s; // one of the words is better than nothing
}

void LawToolsTest::inflectedWordsHit()
{
    QFETCH(const QString, label);
    const auto result
        = call(u"legal_fulltext_search"_s, json({{u"query"_s, QString::fromUtf8(QTest::currentDataTag())}}));
    QVERIFY2(result.has_value(), result ? "" : qPrintable(result.error().message));
    const QJsonArray hits = objectOf(result)[u"hits"].toArray();
    QVERIFY2(column(hits, u"paragraph"_s).contains(label), qPrintable(column(hits, u"paragraph"_s).join(u' ')));
    for (const QJsonValue &hit : hits) {
        QVERIFY(!hit[u"law"].toString().isEmpty());
        QCOMPARE(hit[u"text_date"].toString().size(), 10);
    }
}

void LawToolsTest::querySyntaxIsOnlyText_data()
{
    QTest::addColumn<bool>("isFound");
    const auto row = [](const char *query, bool isFound) { QTest::newRow(query) << isFound; };
    row("Kaufvertrag AND", true);
    row("Kaufvertrag OR NOT", true);
    row("NEAR(Kaufvertrag Sache)", true);
    row("\"Kaufvertrag", true);
    row("Kaufvertrag*", true);
    row("title:Kaufvertrag", true);
    row("^Kaufvertrag", true);
    row("{title text}: Kaufvertrag", true);
    row("Kaufvertrag' OR '1'='1", true);
    row("Kaufvertrag; DROP TABLE norms; --", true);
    row("-Kaufvertrag + (", true);
    row("NOT", false);
    row("NEAR", false);
    row("zzzz\" OR text:\"Kauf", true);
}

void LawToolsTest::querySyntaxIsOnlyText()
{
    QFETCH(const bool, isFound);
    const auto result
        = call(u"legal_fulltext_search"_s, json({{u"query"_s, QString::fromUtf8(QTest::currentDataTag())}}));
    QVERIFY2(result.has_value(), result ? "" : qPrintable(result.error().message));
    QCOMPARE(!objectOf(result)[u"hits"].toArray().isEmpty(), isFound);
    QCOMPARE(QCoro::waitFor(m_index->lawCount({})).value(), 5);
}

void LawToolsTest::searchesAreBounded()
{
    const auto one = call(u"legal_fulltext_search"_s, R"({"query":"Kündigung","limit":1})");
    QCOMPARE(objectOf(one)[u"hits"].toArray().size(), 1);
    const auto oneAsText = call(u"legal_fulltext_search"_s, R"({"query":"Kündigung","limit":"1"})");
    QCOMPARE(objectOf(oneAsText), objectOf(one));
    const auto other = call(u"legal_fulltext_search"_s, R"({"query":"Kaufvertrag","law":"GG"})");
    QVERIFY(objectOf(other)[u"hits"].toArray().isEmpty());
    const auto within = call(u"legal_fulltext_search"_s, R"({"query":"Kaufvertrag","law":"BGB"})");
    QCOMPARE(column(objectOf(within)[u"hits"].toArray(), u"paragraph"_s).first(), u"§ 433"_s);
}

void LawToolsTest::topicsNameStatutes()
{
    const auto first = [this](const char *query) {
        return objectOf(call(u"legal_search_laws"_s, json({{u"query"_s, QString::fromUtf8(query)}})))[u"laws"]
            .toArray();
    };
    const QJsonArray rent = first("Mietrecht");
    QCOMPARE(rent[0][u"law"].toString(), u"BGB"_s);
    QCOMPARE(rent[0][u"found_by"].toString(), u"topic"_s);
    QCOMPARE(rent[0][u"paragraphs"].toString(), u"§§ 535–580a"_s);
    QCOMPARE(rent[0][u"text_date"].toString(), u"2026-01-10"_s);
    QCOMPARE(first("Kündigungen")[0][u"law"].toString(), u"BGB"_s);
    QCOMPARE(first("bgb")[0][u"found_by"].toString(), u"name"_s);
    QCOMPARE(first("Grundgesetz")[0][u"law"].toString(), u"GG"_s);
    QCOMPARE(first("Aufstellen der Spiegel")[0][u"found_by"].toString(), u"title"_s);
    const QJsonArray byText = first("Spiegelwerkstätten");
    QCOMPARE(byText[0][u"found_by"].toString(), u"text"_s);
    QCOMPARE(byText[0][u"paragraphs"].toString(), u"§ 2"_s);
    QVERIFY(first("Quantenchromodynamik").isEmpty());
}

void LawToolsTest::contentsAreListed()
{
    const auto result = call(u"legal_get_law_overview"_s, R"({"law":"BGB"})");
    QVERIFY(result);
    const QJsonObject answer = objectOf(result);
    QCOMPARE(answer[u"title"].toString(), u"Bürgerliches Gesetzbuch"_s);
    QCOMPARE(answer[u"paragraph_count"].toInt(), 5);
    QCOMPARE(answer[u"parts"].toInt(), 1);
    const QJsonArray sections = answer[u"sections"].toArray();
    QCOMPARE(sections.size(), 3);
    QCOMPARE(column(sections[2][u"paragraphs"].toArray(), u"paragraph"_s),
             (QStringList{u"§ 573c"_s, u"§ 573d"_s, u"§§ 1012 bis 1017"_s}));
    Statute large;
    large.abbreviation = u"GroßG"_s;
    large.title = u"Großes Gesetz"_s;
    for (int i = 1; i <= 3000; ++i)
        large.norms.append(
            {u"§ %1"_s.arg(i), u"Überschrift der Vorschrift"_s, u"Buch %1"_s.arg(i / 10), u"x"_s, {}, false});
    QVERIFY(QCoro::waitFor(m_index->put(u"gross"_s, {}, large, {})));
    int seen = 0;
    int parts = 1;
    for (int part = 1; part <= parts; ++part) {
        const auto page = call(u"legal_get_law_overview"_s, json({{u"law"_s, u"GroßG"_s}, {u"part"_s, part}}));
        QVERIFY2(page.has_value(), page ? "" : qPrintable(page.error().message));
        parts = objectOf(page)[u"parts"].toInt();
        for (const QJsonValue &section : objectOf(page)[u"sections"].toArray())
            seen += int(section[u"paragraphs"].toArray().size());
    }
    QVERIFY(parts > 3);
    QCOMPARE(seen, 3000);
    QVERIFY(QCoro::waitFor(m_index->keepOnly({u"bgb"_s, u"gg"_s, u"bgbeg"_s, u"spiegelg_2024"_s, u"langg"_s}, {})));
}

void LawToolsTest::longTextsComeInParts()
{
    QString whole;
    int parts = 1;
    for (int part = 1; part <= parts; ++part) {
        const auto result = call(u"legal_get_paragraph"_s,
                                 json({{u"law"_s, u"LangG"_s}, {u"paragraph"_s, u"1"_s}, {u"part"_s, part}}));
        QVERIFY2(result.has_value(), result ? "" : qPrintable(result.error().message));
        QVERIFY(result->structured.size() + result->text.size() <= tools::largestResult);
        parts = objectOf(result)[u"parts"].toInt();
        QCOMPARE(result->text.contains(u"weiter mit part"), part < parts);
        whole += (whole.isEmpty() ? u""_s : u" "_s) + objectOf(result)[u"text"].toString();
    }
    QVERIFY(parts > 3);
    QVERIFY(whole.startsWith(u"Ein langer Satz über Öfen. Weiter “und” so fort €"));
    QCOMPARE(whole.count(u"fort €"), 4000);
}

void LawToolsTest::schemasSayWhatIsNeeded()
{
    for (const auto &tool : m_tools) {
        const QJsonObject schema = QJsonDocument::fromJson(tool->info().inputSchema).object();
        QCOMPARE(schema[u"type"].toString(), u"object"_s);
        QVERIFY(!schema[u"required"].toArray().isEmpty());
        for (const QJsonValue &property : schema[u"properties"].toObject())
            QVERIFY(!property[u"description"].toString().isEmpty());
        QVERIFY(!tool->info().outputSchema.isEmpty());
        const bool isParagraph = tool->info().name == u"legal_get_paragraph";
        QCOMPARE(tool->info().description.contains(u" § 433 BGB"), isParagraph);
        QCOMPARE(tool->info().inputSchema.contains("§ 433 BGB"), isParagraph);
    }
}

QTEST_GUILESS_MAIN(LawToolsTest)
#include "tst_lawtools.moc"
