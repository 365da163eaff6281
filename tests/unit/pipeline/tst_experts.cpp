// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/catalogue.h"
#include "daemon/experts/defaults.h"
#include "daemon/experts/prompts.h"

#include <QTest>

using namespace moe;
using namespace moe::experts;
using namespace moe::inference;
using namespace Qt::StringLiterals;

namespace {

ModelInfo model(const QString &name, double parameters = 0)
{
    ModelInfo info;
    info.name = name;
    info.parametersBillion = parameters;
    return info;
}

Server server(const QString &name, QList<ModelInfo> models)
{
    Server server;
    server.config.name = ServerId(name);
    server.status.isReachable = true;
    server.status.models = std::move(models);
    return server;
}

QStringList modelsFor(const Catalogue &catalogue, Category category)
{
    QStringList names;
    for (const ExpertModel &expert : catalogue.experts[std::size_t(category)])
        names.append(expert.ref.model);
    return names;
}

QString parseError(QByteArrayView json)
{
    const auto table = parseExpertModels(json);
    return table ? QString() : table.error().message;
}

}

class TestExperts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizesInNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("billions");
        QTest::newRow("plain") << u"phi4:14b"_s << 14.0;
        QTest::newRow("fraction") << u"qwen2.5:0.5b"_s << 0.5;
        QTest::newRow("version is no size") << u"llama3.3:70b-instruct-q4"_s << 70.0;
        QTest::newRow("mixture") << u"mixtral:8x7b"_s << 56.0;
        QTest::newRow("active parameters") << u"qwen3:30b-a3b"_s << 30.0;
        QTest::newRow("millions") << u"smollm:135m"_s << 0.135;
        QTest::newRow("path") << u"Qwen/Qwen3-32B-AWQ"_s << 32.0;
        QTest::newRow("none") << u"mistral:latest"_s << 0.0;
        QTest::newRow("no unit") << u"model-4bit"_s << 0.0;
    }

    void sizesInNames()
    {
        QFETCH(const QString, name);
        QFETCH(const double, billions);
        QCOMPARE(parametersInName(name), billions);
    }

    void tiers()
    {
        QCOMPARE(tierOf(20), Tier::T1);
        QCOMPARE(tierOf(20.1), Tier::T2);
        QCOMPARE(tierOf(0), Tier::T1);
        ModelInfo bySize = model(u"mistral:latest"_s);
        bySize.sizeBytes = 40'000'000'000;
        QCOMPARE(tierOf(parametersOf(bySize)), Tier::T2);
        QCOMPARE(parametersOf(model(u"phi4:14b"_s, 14.7)), 14.7);
    }

    void expertModelsAreRead()
    {
        const auto table = parseExpertModels(R"({"math":[{"model":"phi4:14b","endpoint":"N04"},
            {"model":"qwq:32b","role":"always"}],"vision":[]})");
        QVERIFY(table);
        const QList<ExpertModel> math = table->at(std::size_t(Category::Math));
        QCOMPARE(math.size(), 2);
        QCOMPARE(math[0].ref.callName(), u"phi4:14b@N04"_s);
        QCOMPARE(math[0].tier, Tier::T1);
        QCOMPARE(math[1].ref.callName(), u"qwq:32b"_s);
        QCOMPARE(math[1].tier, Tier::T2);
        QCOMPARE(math[1].role, Role::Always);
        QVERIFY(parseExpertModels("{}"));
        QVERIFY(parseExpertModels(" "));
    }

    void expertModelErrorsNameThePlace()
    {
        QVERIFY(parseError("{").contains(u"not valid JSON at byte"_s));
        QVERIFY(parseError("[]").contains(u"$: expected an object"_s));
        QVERIFY(parseError(R"({"maths":[]})").contains(u"$.maths: unknown category, known are general"_s));
        QVERIFY(parseError(R"({"math":{}})").contains(u"$.math: expected an array"_s));
        QVERIFY(parseError(R"({"math":[{"model":"a"},7]})").contains(u"$.math[1]: expected an object"_s));
        QVERIFY(parseError(R"({"math":[{}]})").contains(u"$.math[0].model: a model name is needed"_s));
        QVERIFY(parseError(R"({"math":[{"model":4}]})").contains(u"$.math[0].model: expected a string"_s));
        QVERIFY(parseError(R"({"math":[{"model":"a","endpoint":4}]})").contains(u"$.math[0].endpoint: expected"_s));
        QVERIFY(parseError(R"({"math":[{"model":"a","role":"boss"}]})").contains(u"$.math[0].role: unknown role"_s));
    }

    void metadataBeatsTheName()
    {
        auto table = *parseExpertModels(
            R"({"general":[{"model":"small:70b"},{"model":"large"},{"model":"x","endpoint":"B"}]})");
        const QList<ModelInfo> onA{model(u"small:70b"_s, 7), model(u"large:latest"_s, 70), model(u"x"_s, 70)};
        resolveTiers(table, {server(u"A"_s, onA), server(u"B"_s, {model(u"x"_s, 7)})});
        const auto &general = table[std::size_t(Category::General)];
        QCOMPARE(general[0].tier, Tier::T1);
        QCOMPARE(general[1].tier, Tier::T2);
        QCOMPARE(general[2].tier, Tier::T1);
    }

    void defaultsFollowSizeAndPurpose()
    {
        ModelInfo eyes = model(u"gemma3:12b"_s);
        eyes.capabilities.isKnown = true;
        eyes.capabilities.vision = true;
        ModelInfo embedding = model(u"oddly-named:1b"_s);
        embedding.capabilities.isKnown = true;
        embedding.capabilities.completion = false;
        embedding.capabilities.embedding = true;
        const QList<Server> servers{
            server(u"A"_s, {model(u"gemma3:4b"_s), eyes, model(u"nomic-embed-text"_s), embedding}),
            server(u"B"_s,
                   {model(u"qwen3-coder:30b"_s), model(u"qwen2.5-coder:7b"_s), model(u"llama3.3:70b"_s),
                    model(u"mistral-small:24b"_s), model(u"gemma3:4b"_s)})};
        const Catalogue catalogue = assignDefaults(servers);
        QCOMPARE(modelsFor(catalogue, Category::General), (QStringList{u"gemma3:12b"_s, u"mistral-small:24b"_s}));
        QCOMPARE(modelsFor(catalogue, Category::CodeReviewer),
                 (QStringList{u"qwen2.5-coder:7b"_s, u"qwen3-coder:30b"_s}));
        QCOMPARE(modelsFor(catalogue, Category::Vision), QStringList{u"gemma3:12b"_s});
        QCOMPARE(catalogue.judges.size(), 3);
        QCOMPARE(catalogue.judges[0].model, u"mistral-small:24b"_s);
        QCOMPARE(catalogue.judges[1].model, u"gemma3:12b"_s);
        for (const QString &line : describe(catalogue))
            QVERIFY(!line.contains(u"embed"_s) && !line.contains(u"oddly"_s));
    }

    void defaultsDoNotDependOnOrder()
    {
        QList<ModelInfo> models{model(u"b:7b"_s), model(u"a:7b"_s), model(u"c:30b"_s), model(u"d:9b"_s)};
        const QStringList expected = describe(assignDefaults({server(u"A"_s, models)}));
        std::ranges::sort(models, {}, &ModelInfo::name);
        do {
            const QList<Server> servers{server(u"A"_s, models.first(2)), server(u"B"_s, models.sliced(2))};
            QCOMPARE(describe(assignDefaults(servers)), expected);
        } while (std::ranges::next_permutation(models, {}, &ModelInfo::name).found);
    }

    void unreachableServersDoNotCount()
    {
        Server off = server(u"A"_s, {model(u"a:7b"_s)});
        off.config.isEnabled = false;
        Server away = server(u"B"_s, {model(u"b:7b"_s)});
        away.status.isReachable = false;
        QVERIFY(assignDefaults({off, away}).judges.isEmpty());
        QVERIFY(assignDefaults({off, away}).expertsFor(Category::Math).isEmpty());
    }

    void oneModelDoesEverything()
    {
        const Catalogue catalogue = assignDefaults({server(u"A"_s, {model(u"deepseek-coder:6.7b"_s)})});
        QCOMPARE(catalogue.judges.first().model, u"deepseek-coder:6.7b"_s);
        QCOMPARE(catalogue.expertsFor(Category::LegalAdvisor).size(), 1);
        QVERIFY(!catalogue.hasOwnExperts(Category::Vision));
    }

    void settingsComeFirst()
    {
        const QList<Server> servers{server(u"A"_s, {model(u"a:7b"_s), model(u"b:30b"_s)})};
        const auto catalogue = buildCatalogue({.expertModels = R"({"general":[{"model":"a:7b"}]})",
                                               .judgeModel = u"b:30b"_s,
                                               .judgeEndpoint = ServerId(u"A"_s)},
                                              servers);
        QVERIFY(catalogue);
        QCOMPARE(catalogue->judges.first().callName(), u"b:30b@A"_s);
        QCOMPARE(catalogue->judges.size(), 2);
        QVERIFY(!catalogue->hasOwnExperts(Category::Math));
        QCOMPARE(catalogue->expertsFor(Category::Math).first().ref.model, u"a:7b"_s);
        const auto onlyJudge = buildCatalogue({.expertModels = {}, .judgeModel = u"j"_s, .judgeEndpoint = {}}, {});
        QCOMPARE(onlyJudge->expertsFor(Category::Math).first().ref.model, u"j"_s);
        QVERIFY(!buildCatalogue({.expertModels = "7", .judgeModel = {}, .judgeEndpoint = {}}, {}));
    }

    void everyCategoryHasAPrompt()
    {
        const PromptBook book = PromptBook::defaults();
        for (const Category category : allCategories()) {
            QVERIFY(book.forCategory(category).size() > 40);
            QCOMPARE(categoryFromName(QByteArrayView(categoryName(category))), category);
        }
        QVERIFY(book.planner.contains("{categories}"));
        QVERIFY(book.confidence.contains("CONFIDENCE: high"));
        QVERIFY(!categoryFromName("precision_tools"));
    }
};

QTEST_GUILESS_MAIN(TestExperts)
#include "tst_experts.moc"
