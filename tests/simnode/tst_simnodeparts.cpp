// SPDX-License-Identifier: Apache-2.0
// The pure parts of the simulated node.
#include "tests/simnode/config.h"
#include "tests/simnode/embedding.h"
#include "tests/simnode/faultgate.h"
#include "tests/simnode/httprequest.h"
#include "tests/simnode/scenario.h"

#include <QJsonDocument>
#include <QTest>

#include <numeric>

using namespace Qt::StringLiterals;
using namespace moe::sim;

class SimNodePartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesRequestsCutAnywhere();
    void refusesBadHeads_data();
    void refusesBadHeads();
    void gateStrikesAtTheByte();
    void garbageOverwritesAcrossPieces();
    void configNamesTheFieldAtFault_data();
    void configNamesTheFieldAtFault();
    void rulesAreTakenInOrder();
    void faultsCountTheirTimes();
    void answersKeepTheTokenLimit();
    void madeUpAnswersFollowTheSchema();
    void embeddingsReflectTheWords();
};

namespace {

std::shared_ptr<const Config> configOf(const char *json)
{
    return std::make_shared<const Config>(Config::fromJson(QJsonDocument::fromJson(json).object()).value());
}

GenerationRequest asking(const QString &text)
{
    GenerationRequest request;
    request.model = u"m"_s;
    request.messages << Message{u"system"_s, u"be brief"_s} << Message{u"user"_s, text};
    return request;
}

}

void SimNodePartsTest::parsesRequestsCutAnywhere()
{
    const QByteArray bytes = "POST /a?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                             "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
                             "GET /c HTTP/1.0\r\n\r\n";
    for (qsizetype piece = 1; piece <= bytes.size(); ++piece) {
        RequestParser parser;
        QList<HttpRequest> found;
        for (qsizetype at = 0; at < bytes.size(); at += piece) {
            parser.feed(QByteArrayView(bytes).sliced(at, std::min(piece, bytes.size() - at)));
            while (parser.advance() == RequestParser::State::Ready)
                found << parser.take();
        }
        QCOMPARE(found.size(), 3);
        QCOMPARE(found[0].path, "/a");
        QCOMPARE(found[0].parameter("x"), "1");
        QCOMPARE(found[0].body, "hello");
        QCOMPARE(found[1].body, "abc0123456789");
        QVERIFY(!found[1].wantsClose);
        QCOMPARE(found[2].path, "/c");
        QVERIFY(found[2].wantsClose);
    }
}

void SimNodePartsTest::refusesBadHeads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("no request line") << "GARBAGE\r\n\r\n"_ba << 400;
    QTest::newRow("no host") << "GET / HTTP/1.1\r\n\r\n"_ba << 400;
    QTest::newRow("version") << "GET / HTTP/2.0\r\nHost: h\r\n\r\n"_ba << 505;
    QTest::newRow("negative length") << "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"_ba << 400;
    QTest::newRow("both lengths")
        << "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"_ba << 400;
    QTest::newRow("space before colon") << "GET / HTTP/1.1\r\nHost : h\r\n\r\n"_ba << 400;
    QTest::newRow("too large") << "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n"_ba << 413;
    QTest::newRow("bad chunk") << "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"_ba << 400;
    QTest::newRow("endless head") << QByteArray(70'000, 'x') << 431;
}

void SimNodePartsTest::refusesBadHeads()
{
    QFETCH(QByteArray, bytes);
    RequestParser parser;
    parser.feed(bytes);
    QCOMPARE(parser.advance(), RequestParser::State::Failed);
    QTEST(parser.failureStatus(), "status");
    QVERIFY(!parser.failureReason().isEmpty());
}

void SimNodePartsTest::gateStrikesAtTheByte()
{
    for (qint64 at = 0; at <= 12; ++at) {
        Fault fault;
        fault.cutAt = at;
        FaultGate gate(fault);
        QByteArray passed;
        Mishap mishap = Mishap::None;
        for (const QByteArray &piece : {"abc"_ba, "defg"_ba, "hij"_ba}) {
            const auto result = gate.pass(piece);
            passed += result.bytes;
            mishap = result.then;
            if (mishap != Mishap::None)
                break;
        }
        QCOMPARE(passed, "abcdefghij"_ba.first(std::min<qsizetype>(at, 10)));
        QCOMPARE(mishap, at < 10 ? Mishap::Cut : Mishap::None);
    }
}

void SimNodePartsTest::garbageOverwritesAcrossPieces()
{
    Fault fault;
    fault.garbageAt = 7;
    FaultGate gate(fault);
    QByteArray passed;
    for (int i = 0; i < 20; ++i)
        passed += gate.pass("....."_ba).bytes;
    QCOMPARE(passed, "......." + FaultGate::garbage().toByteArray() + QByteArray(100 - 7 - 32, '.'));
}

void SimNodePartsTest::configNamesTheFieldAtFault_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("param");
    QTest::newRow("unknown") << R"({"modles":[]})"_ba << u"modles"_s;
    QTest::newRow("profile") << R"({"profile":"vllm"})"_ba << u"profile"_s;
    QTest::newRow("list") << R"({"models":"x"})"_ba << u"models"_s;
    QTest::newRow("no name") << R"({"models":[{}]})"_ba << u"models[0].name"_s;
    QTest::newRow("fraction") << R"({"models":[{"name":"a","load_ms":1.5}]})"_ba << u"models[0].load_ms"_s;
    QTest::newRow("twice") << R"({"models":[{"name":"a"},{"name":"a"}]})"_ba << u"models"_s;
    QTest::newRow("capability") << R"({"models":[{"name":"a","capabilities":["fly"]}]})"_ba
                                << u"models[0].capabilities"_s;
    QTest::newRow("regex") << R"({"rules":[{"matches":"("}]})"_ba << u"rules[0].matches"_s;
    QTest::newRow("two answers") << R"({"rules":[{"answer":"a","chunks":["b"]}]})"_ba << u"rules[0]"_s;
    QTest::newRow("fault") << R"({"rules":[{"fault":{"status":200}}]})"_ba << u"rules[0].fault.status"_s;
    QTest::newRow("probability") << R"({"fault":{"probability":2}})"_ba << u"fault.probability"_s;
    QTest::newRow("call") << R"({"rules":[{"tool_calls":[{"name":"f","arguments":3}]}]})"_ba
                          << u"rules[0].tool_calls[0].arguments"_s;
}

void SimNodePartsTest::configNamesTheFieldAtFault()
{
    QFETCH(QByteArray, json);
    const auto config = Config::fromJson(QJsonDocument::fromJson(json).object());
    QVERIFY(!config);
    QTEST(config.error().param, "param");
    QVERIFY(config.error().message.startsWith(config.error().param));
}

void SimNodePartsTest::rulesAreTakenInOrder()
{
    Scenario scenario;
    scenario.configure(configOf(R"({"rules":[
        {"role":"system","contains":"long","answer":"0"},
        {"role":"user","matches":"^two\\b","answer":"1","times":2},
        {"model":"other","answer":"2"},
        {"role":"user","contains":"two","answer":"3"},
        {"contains":"brief","answer":"4"}]})"));
    const auto answerTo = [&](const QString &text) { return *scenario.takeRule(asking(text))->answer; };
    QCOMPARE(answerTo(u"two"_s), u"1"_s);
    QCOMPARE(answerTo(u"not two"_s), u"3"_s);
    QCOMPARE(answerTo(u"two more"_s), u"1"_s);
    QCOMPARE(answerTo(u"two more"_s), u"3"_s);
    QCOMPARE(answerTo(u"hello"_s), u"4"_s);
    scenario.reset();
    QCOMPARE(answerTo(u"two"_s), u"1"_s);
}

void SimNodePartsTest::faultsCountTheirTimes()
{
    Scenario scenario;
    scenario.configure(configOf(R"({"fault":{"status":500,"times":2},
        "rules":[{"contains":"x","answer":"a","fault":{"status":503,"times":1}}]})"));
    const Rule *rule = scenario.takeRule(asking(u"x"_s));
    QCOMPARE(scenario.takeFault(rule).status, 503);
    QCOMPARE(scenario.takeFault(rule).status, 0);
    QCOMPARE(scenario.takeProbeFault().status, 0);
    QCOMPARE(scenario.takeFault(nullptr).status, 500);
    QCOMPARE(scenario.takeFault(nullptr).status, 500);
    QCOMPARE(scenario.takeFault(nullptr).status, 0);

    scenario.configure(configOf(R"({"fault":{"status":500,"probability":0.25,"scope":"all"}})"));
    int struck = 0;
    for (int i = 0; i < 1000; ++i)
        struck += scenario.takeProbeFault().status == 500;
    QVERIFY2(struck > 180 && struck < 320, qPrintable(QString::number(struck)));
}

void SimNodePartsTest::answersKeepTheTokenLimit()
{
    const auto config = configOf(R"({"rules":[{"answer":"12345678abcd","repeat":3}]})");
    GenerationRequest request = asking(u"x"_s);
    Answer answer = makeAnswer(&config->rules[0], request, config->models[0]);
    QCOMPARE(answer.completionTokens, 9);
    QCOMPARE(answer.finishReason, "stop");
    request.maxTokens = 2;
    answer = makeAnswer(&config->rules[0], request, config->models[0]);
    QCOMPARE(answer.pieces.join(), "12345678");
    QCOMPARE(answer.completionTokens, 2);
    QCOMPARE(answer.finishReason, "length");
}

void SimNodePartsTest::madeUpAnswersFollowTheSchema()
{
    const auto config = configOf("{}");
    GenerationRequest request = asking(u"x"_s);
    QVERIFY(makeAnswer(nullptr, request, config->models[0]).pieces.join().startsWith("[simulated answer of m]"));
    request.wantsJson = true;
    request.schema = QJsonDocument::fromJson(R"({"type":"object","properties":{"n":{"type":"integer","minimum":3},
        "tags":{"type":"array","minItems":2,"items":{"enum":["a","b"]}}}})")
                         .object();
    QCOMPARE(makeAnswer(nullptr, request, config->models[0]).pieces.join(), R"({"n":3,"tags":["a","a"]})");
}

void SimNodePartsTest::embeddingsReflectTheWords()
{
    const auto similarity = [](const QString &a, const QString &b) {
        const auto left = pseudoEmbedding(a, 256);
        const auto right = pseudoEmbedding(b, 256);
        return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
    };
    const QString text = u"the cat sat on the mat"_s;
    QVERIFY(qAbs(similarity(text, text) - 1) < 1e-4);
    QVERIFY(similarity(text, u"The cat sat on a mat."_s) > 0.7);
    QVERIFY(similarity(text, u"quarterly budget figures"_s) < 0.3);
    QVERIFY(qAbs(similarity({}, {}) - 1) < 1e-4);
    QCOMPARE(QByteArray::fromBase64(embeddingBase64({1.0F})), QByteArray::fromHex("0000803f"));
}

QTEST_GUILESS_MAIN(SimNodePartsTest)
#include "tst_simnodeparts.moc"
