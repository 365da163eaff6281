// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/probing.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace Qt::StringLiterals;

namespace {

QByteArray recorded(const QString &name)
{
    QFile file(QFINDTESTDATA(u"data/ollama-0.17.4/"_s + name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}

class TestProbing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsARealOllama()
    {
        QCOMPARE(parseOllamaVersion(recorded(u"version.json"_s)).value(), u"0.17.4"_s);

        const auto tags = parseOllamaTags(recorded(u"tags.json"_s)).value();
        QCOMPARE(tags.size(), 2);
        const ListedModel &embedder = tags[0];
        QCOMPARE(embedder.info.name, u"all-minilm:latest"_s);
        QCOMPARE(embedder.info.sizeBytes, 46220550);
        QCOMPARE(embedder.info.family, u"bert"_s);
        QCOMPARE(embedder.info.quantisation, u"F16"_s);
        QVERIFY(embedder.digest.startsWith("e04573608f26"));
        QVERIFY(std::abs(tags[1].info.parametersBillion - 0.2681) < 1e-6);
        QVERIFY(!embedder.info.capabilities.isKnown);

        const auto loaded = parseOllamaLoaded(recorded(u"ps.json"_s)).value();
        QCOMPARE(loaded.size(), 1);
        QCOMPARE(loaded[0].name, u"all-minilm:latest"_s);
        QCOMPARE(loaded[0].vramBytes, 0); // it ran on the processor

        const ModelInfo described
            = withDetails(embedder.info, parseOllamaDetails(recorded(u"show-embedding.json"_s)).value());
        QCOMPARE(described.contextLength, 512);
        QVERIFY(described.capabilities.isKnown && described.capabilities.embedding);
        QVERIFY(!described.capabilities.completion);
        const ModelDetails chat = parseOllamaDetails(recorded(u"show-completion.json"_s)).value();
        QCOMPARE(chat.contextLength, 32768);
        QCOMPARE(chat.family, u"gemma3"_s);
        QVERIFY(chat.capabilities.completion && !chat.capabilities.tools && !chat.capabilities.vision);

        const auto models = parseModelList(recorded(u"v1-models.json"_s)).value();
        QCOMPARE(models.size(), 2);
        QCOMPARE(models[1].name, u"gemma3:270m"_s);
        QVERIFY(std::abs(models[1].parametersBillion - 0.27) < 1e-9);
    }

    void readsAnOldOllama()
    {
        const auto tags = parseOllamaTags(R"({"models":[{"name":"llama2:7b-chat","size":3825819519}]})").value();
        QCOMPARE(tags.size(), 1);
        QCOMPARE(tags[0].info.parametersBillion, 7.0);
        QVERIFY(tags[0].digest.isEmpty());
        const auto details
            = parseOllamaDetails(R"({"modelfile":"x","details":{"family":"llama","parameter_size":"7B"}})");
        QVERIFY(!details->capabilities.isKnown);
        QVERIFY(details->capabilities.completion);
        QCOMPARE(details->contextLength, 0);
        QCOMPARE(details->parametersBillion, 7.0);
    }

    void oldVersionsLackThings_data()
    {
        QTest::addColumn<QString>("version");
        QTest::addColumn<bool>("hasEmbed");
        QTest::addColumn<bool>("hasSchema");
        QTest::newRow("0.1.32") << u"0.1.32"_s << false << false;
        QTest::newRow("0.4.7") << u"0.4.7"_s << true << false;
        QTest::newRow("0.5.0") << u"0.5.0"_s << true << true;
        QTest::newRow("0.17.4-rc1") << u"0.17.4-rc1"_s << true << true;
        QTest::newRow("developer") << u"0.0.0"_s << true << true;
        QTest::newRow("unreadable") << u"kepler"_s << true << true;
    }
    void oldVersionsLackThings()
    {
        QFETCH(QString, version);
        ServerStatus status;
        applyOllamaVersion(status, version);
        QCOMPARE(status.version, version);
        QTEST(status.hasEmbedEndpoint, "hasEmbed");
        QTEST(status.hasStructuredOutput, "hasSchema");
    }

    void readsOtherServers()
    {
        const auto models = parseModelList(R"({"object":"list","data":[
            {"id":"meta-llama/Llama-3.1-8B-Instruct","object":"model","max_model_len":16384},
            {"id":"claude-x","type":"model","display_name":"X"}, {"id":""}, {"id":7}, 5], "has_more":false})")
                                .value();
        QCOMPARE(models.size(), 2);
        QCOMPARE(models[0].contextLength, 16384);
        QCOMPARE(models[0].parametersBillion, 8.0);
        QCOMPARE(models[1].parametersBillion, 0.0);
    }

    void parameterSizes_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("billions");
        QTest::newRow("tag") << u"qwen3:30b"_s << 30.0;
        QTest::newRow("active") << u"qwen3:30b-a3b-q4_K_M"_s << 30.0;
        QTest::newRow("millions") << u"gemma3:270m"_s << 0.27;
        QTest::newRow("fraction") << u"qwen2.5:1.5b"_s << 1.5;
        QTest::newRow("mixture") << u"mixtral:8x7b"_s << 56.0;
        QTest::newRow("path") << u"org/Llama-3.1-8B-Instruct"_s << 8.0;
        QTest::newRow("trillion") << u"kimi:1t"_s << 1000.0;
        QTest::newRow("none") << u"all-minilm:latest"_s << 0.0;
        QTest::newRow("version only") << u"gpt-4.1"_s << 0.0;
        QTest::newRow("odd") << u"x:.b:1e5b:1.2.3b:b:xb"_s << 0.0;
    }
    void parameterSizes()
    {
        QFETCH(QString, name);
        QFETCH(double, billions);
        QCOMPARE(billionsFromName(name), billions);
    }

    void questionsAreProperJson() { QCOMPARE(ollamaDetailsQuery(u"a\"b:1"_s), "{\"model\":\"a\\\"b:1\"}"); }

    void garbageIsAnError_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char *body :
             {"", "{", "null", "[]", "{}", "\xff", "{\"models\":{}}", "{\"data\":1,\"version\":2}", "<html>"})
            QTest::newRow(body) << QByteArray(body);
        QTest::newRow("deep") << QByteArray(100'000, '[');
    }
    void garbageIsAnError()
    {
        QFETCH(QByteArray, body);
        QCOMPARE(parseOllamaVersion(body).error().code, ErrorCode::BadGateway);
        QCOMPARE(parseOllamaTags(body).error().code, ErrorCode::BadGateway);
        QCOMPARE(parseOllamaLoaded(body).error().code, ErrorCode::BadGateway);
        QCOMPARE(parseModelList(body).error().code, ErrorCode::BadGateway);
    }

    void nonsenseNumbersAreUnknown()
    {
        const auto tags = parseOllamaTags(R"({"models":[{"name":"m","size":-5},{"name":"n","size":1e300},
            {"name":"o","size":"9"},{"name":"p\n"},{"name":"q","details":[],"digest":{}},
            {"name":"r","size":123456789012345678901234567890}]})")
                              .value();
        QCOMPARE(tags.size(), 5);
        for (const ListedModel &each : tags)
            QVERIFY(each.info.sizeBytes >= 0);
        const auto details = parseOllamaDetails(
                                 R"({"model_info":{"general.architecture":"x","x.context_length":1e99,
                "general.parameter_count":-1}})")
                                 .value();
        QVERIFY(details.contextLength >= 0);
        QCOMPARE(details.parametersBillion, 0.0);
    }

    void mutilatedAnswersDoNoHarm()
    {
        QRandomGenerator random(6001);
        int refused = 0;
        for (const QString &name : {u"tags.json"_s, u"ps.json"_s, u"show-embedding.json"_s, u"v1-models.json"_s}) {
            const QByteArray original = recorded(name);
            QVERIFY(!original.isEmpty());
            for (int i = 0; i < 1500; ++i) {
                QByteArray body = original;
                for (int edits = random.bounded(1, 4); edits > 0; --edits)
                    body[random.bounded(int(body.size()))] = char(random.bounded(256));
                body.truncate(random.bounded(4) ? body.size() : random.bounded(int(body.size())));
                refused += !parseOllamaTags(body);
                refused += !parseOllamaLoaded(body);
                refused += !parseOllamaDetails(body);
                refused += !parseModelList(body);
            }
        }
        QVERIFY(refused > 1000);
    }
};

QTEST_GUILESS_MAIN(TestProbing)
#include "tst_probing.moc"
