// SPDX-License-Identifier: Apache-2.0
// Nodes that fail: another one answers unnoticed, or the client is told plainly. Never a normal-looking end.
#include "tests/integration/daemonfixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

constexpr auto wholeAnswer = R"("rules":[{"chunks":["alpha ","beta ","gamma ","delta "],"repeat":4}])";
const QByteArray expectedText = QByteArray("alpha beta gamma delta ").repeated(4);
const QByteArray streamed = R"("stream":true)";

QByteArray nodeConfig(const QByteArray &profile, const QByteArray &fault = {})
{
    return R"({"profile":")" + profile + R"(","models":[{"name":"m:1b"}],)" + wholeAnswer
        + (fault.isEmpty() ? fault : R"(,"fault":)" + fault) + '}';
}

}

class FaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();
    void beforeFirstByte_data();
    void beforeFirstByte();
    void midStream_data();
    void midStream();
    void wholeAnswer_data();
    void wholeAnswer();
    void everyCutPosition_data();
    void everyCutPosition();
    void nobodyLeft_data();
    void nobodyLeft();
    void unreachableServer();
    void closedAfterPromisedKeepAlive();
    void hangUpsDoNotOpenBreaker();
    void errorsNameNoAddress();

private:
    static void addFaults(bool isStream);
    void start(const QByteArray &profile, const QByteArray &fault, bool hasOther);
    [[nodiscard]] qsizetype callsOf(std::size_t node) const;
    [[nodiscard]] QByteArray problemWithoutAddresses(const HttpResponse &response) const;

    std::unique_ptr<DaemonFixture> m_daemon;
};

void FaultsTest::cleanup()
{
    if (m_daemon)
        QCOMPARE(m_daemon->stop(), QByteArray());
    m_daemon.reset();
}

void FaultsTest::start(const QByteArray &profile, const QByteArray &fault, bool hasOther)
{
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->addNode(u"faulty"_s, nodeConfig(profile, fault), R"("timeout":1)");
    if (hasOther)
        m_daemon->addNode(u"healthy"_s, nodeConfig(profile));
    QVERIFY(m_daemon->start());
}

/// How often the node was asked for an answer.
qsizetype FaultsTest::callsOf(std::size_t node) const
{
    return std::ranges::count_if(m_daemon->node(node).state.records(), [](const moe::sim::RequestRecord &record) {
        return record.request.method == "POST" && record.request.path != "/api/show";
    });
}

void FaultsTest::beforeFirstByte_data() { addFaults(true); }

/// Whatever can go wrong before anything of the answer was given out.
void FaultsTest::addFaults(bool isStream)
{
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("fault");
    const std::pair<const char *, QByteArray> faults[]
        = {{"refused with 500", R"({"status":500})"},
           {"busy", R"({"status":503,"retry_after":1})"},
           {"too many", R"({"status":429})"},
           {"wrong credentials", R"({"status":401})"},
           {"model gone", R"({"status":404})"},
           {"cut before the head", R"({"cut_after_bytes":-1})"},
           {"cut after the head", R"({"cut_after_bytes":0})"},
           {"cut in the first frame", R"({"cut_after_bytes":10})"},
           {"reset before the head", R"({"reset_at_byte":-1})"},
           {"reset in the first frame", R"({"reset_at_byte":10})"},
           {"silent before the head", R"({"stall_at_byte":-1})"},
           {"silent in the first frame", R"({"stall_at_byte":10})"},
           {"garbage", R"({"garbage_at_byte":20})"},
           {"slow headers", R"({"slow_headers_ms":600000})"},
           {"error as the first frame", R"({"error_in_stream_after":0})"}};
    for (const auto &[name, fault] : faults) {
        if (!isStream && fault.contains("error_in_stream"))
            continue;
        for (const char *profile : {"openai", "ollama"})
            QTest::addRow("%s, %s", profile, name) << QByteArray(profile) << fault;
    }
}

/// Whichever node is asked first: each answer is whole, and the faulty one was asked in between.
void FaultsTest::beforeFirstByte()
{
    QFETCH(const QByteArray, profile);
    QFETCH(const QByteArray, fault);
    start(profile, fault, true);
    for (int i = 0; i < 100 && callsOf(0) == 0; ++i) {
        const HttpResponse response = m_daemon->chat(chatBody("m:1b", "question " + QByteArray::number(i), streamed));
        QCOMPARE(response.status, 200);
        QVERIFY2(endsProperly(response), response.body.constData());
        QCOMPARE(textOf(response), expectedText);
        QCOMPARE(response.header("x-moe-server"), QByteArray("healthy"));
    }
    QVERIFY(callsOf(0) > 0);
    QTRY_COMPARE(m_daemon->liveGenerations(), 0);
}

void FaultsTest::midStream_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("fault");
    const std::pair<const char *, QByteArray> faults[] = {{"cut", R"({"cut_after_bytes":700})"},
                                                          {"reset", R"({"reset_at_byte":700})"},
                                                          {"silent", R"({"stall_at_byte":700})"},
                                                          {"garbage", R"({"garbage_at_byte":700})"},
                                                          {"error in the stream", R"({"error_in_stream_after":4})"}};
    for (const auto &[name, fault] : faults) {
        for (const char *profile : {"openai", "ollama"})
            QTest::addRow("%s, %s", profile, name) << QByteArray(profile) << fault;
    }
}

void FaultsTest::midStream()
{
    QFETCH(const QByteArray, profile);
    QFETCH(const QByteArray, fault);
    start(profile, fault, true);
    // The healthy node must not be the one that is asked.
    const HttpResponse response = m_daemon->chat(chatBody("m:1b@faulty", "question", streamed));
    QCOMPARE(response.status, 200);
    QVERIFY2(endsWithError(response), response.body.constData());
    QVERIFY(expectedText.startsWith(textOf(response)));
    QVERIFY(!textOf(response).isEmpty());
    QCOMPARE(problemWithoutAddresses(response), QByteArray());
    QTRY_COMPARE(m_daemon->liveGenerations(), 0);
    QTRY_COMPARE(m_daemon->metric("moe_http_requests_in_flight"), 0);
}

void FaultsTest::wholeAnswer_data() { addFaults(false); }

void FaultsTest::wholeAnswer()
{
    QFETCH(const QByteArray, profile);
    QFETCH(const QByteArray, fault);
    start(profile, fault, true);
    for (int i = 0; i < 100 && callsOf(0) == 0; ++i) {
        const HttpResponse response = m_daemon->chat(chatBody("m:1b", "question " + QByteArray::number(i)));
        QVERIFY2(response.status == 200, response.body.constData());
        QCOMPARE(textOf(response), expectedText);
        QCOMPARE(finishReasonOf(response), QByteArray("stop"));
    }
    QVERIFY(callsOf(0) > 0);
}

void FaultsTest::everyCutPosition_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::newRow("openai") << QByteArray("openai");
    QTest::newRow("ollama") << QByteArray("ollama");
}

/// Wherever a stream is cut, it does not look whole; where it is whole, it does.
void FaultsTest::everyCutPosition()
{
    QFETCH(const QByteArray, profile);
    start(profile, {}, false);
    const HttpResponse whole = m_daemon->chat(chatBody("m:1b@faulty", "question", streamed));
    QVERIFY(endsProperly(whole));
    const qint64 length = m_daemon->node(0).state.records().back().bodyBytesSent;
    QVERIFY(length > 500);
    int cut = 0;
    for (qint64 position = 0; position < length - 2; position += 1 + length / 60, ++cut) {
        // A fresh daemon's breaker would open: a good answer in between keeps it closed.
        QVERIFY(m_daemon->node(0).configure(
            jsonOf(QByteArray(R"({"fault":{"times":1,"cut_after_bytes":)") + QByteArray::number(position) + "}}")));
        const HttpResponse response = m_daemon->chat(chatBody("m:1b@faulty", "question", streamed));
        if (response.status == 200)
            QVERIFY2(endsWithError(response) || endsProperly(response), response.body.constData());
        else
            QCOMPARE(response.status, 502);
        // All that may be missing of a whole answer is what follows its end.
        if (response.status == 200 && endsProperly(response))
            QCOMPARE(textOf(response), expectedText);
        else
            QVERIFY2(finishReasonOf(response).isEmpty(), response.body.constData());
        QVERIFY(endsProperly(m_daemon->chat(chatBody("m:1b@faulty", "question", streamed))));
    }
    QVERIFY(cut > 50);
}

void FaultsTest::nobodyLeft_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("500") << QByteArray(R"({"status":500})") << 502 << QByteArray("bad_gateway");
    QTest::newRow("503") << QByteArray(R"({"status":503})") << 503 << QByteArray("service_unavailable");
    QTest::newRow("cut") << QByteArray(R"({"cut_after_bytes":10})") << 502 << QByteArray("bad_gateway");
    QTest::newRow("garbage") << QByteArray(R"({"garbage_at_byte":0})") << 502 << QByteArray("bad_gateway");
    QTest::newRow("silent") << QByteArray(R"({"stall_at_byte":-1})") << 504 << QByteArray("timeout");
    QTest::newRow("refused") << QByteArray(R"({"status":400,"message":"no such option"})") << 400 << QByteArray();
}

void FaultsTest::nobodyLeft()
{
    QFETCH(const QByteArray, fault);
    QFETCH(const int, status);
    QFETCH(const QByteArray, code);
    start("ollama", fault, false);
    for (const QByteArray &more : {QByteArray(), streamed}) {
        const HttpResponse response = m_daemon->chat(chatBody("m:1b", "question", more));
        QCOMPARE(errorProblem(response, status, code), QByteArray());
        QCOMPARE(problemWithoutAddresses(response), QByteArray());
        QCOMPARE(response.header("retry-after").has_value(), status == 503);
    }
}

/// A server that goes away between two probes.
void FaultsTest::unreachableServer()
{
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->addServer(u"absent"_s, DaemonFixture::deadPort(), true);
    m_daemon->addNode(u"healthy"_s, nodeConfig("openai"));
    QVERIFY(m_daemon->start());
    for (int i = 0; i < 5; ++i)
        QVERIFY(endsProperly(m_daemon->chat(chatBody("m:1b", "question", streamed))));
    QCOMPARE(errorProblem(m_daemon->chat(chatBody("m:1b@absent", "question")), 404, "model_not_found"), QByteArray());
}

void FaultsTest::closedAfterPromisedKeepAlive()
{
    start("openai", R"({"close_after_answer":true})", false);
    for (int i = 0; i < 20; ++i) { // far more than would open the breaker
        const HttpResponse response
            = m_daemon->chat(chatBody("m:1b", "question", i % 2 == 0 ? QByteArray() : streamed));
        QVERIFY2(response.status == 200, response.body.constData());
        QCOMPARE(textOf(response), expectedText);
    }
}

void FaultsTest::hangUpsDoNotOpenBreaker()
{
    start("openai", R"({"endless":true})", false);
    for (int i = 0; i < 12; ++i) {
        const auto client = m_daemon->startChat(chatBody("m:1b", "question", streamed));
        if (i % 2 == 0)
            QVERIFY(client->waitUntil([](const HttpResponse &response) { return !framesOf(response).isEmpty(); }));
        client->reset();
    }
    QTRY_COMPARE(m_daemon->liveGenerations(), 0);
    QVERIFY(m_daemon->node(0).configure(jsonOf(QByteArray(R"({"fault":null})"))));
    QVERIFY(endsProperly(m_daemon->chat(chatBody("m:1b", "question", streamed))));
}

void FaultsTest::errorsNameNoAddress()
{
    start(
        "ollama",
        R"({"status":500,"message":"dial tcp 127.0.0.1:11434: connect: connection refused by http://gpu-07.lan:11434"})",
        false);
    const HttpResponse response = m_daemon->chat(chatBody("m:1b", "question"));
    QCOMPARE(errorProblem(response, 502, "bad_gateway"), QByteArray());
    QCOMPARE(problemWithoutAddresses(response), QByteArray());
    QVERIFY2(!response.body.contains("11434"), response.body.constData());
}

QByteArray FaultsTest::problemWithoutAddresses(const HttpResponse &response) const
{
    for (const char *secret : {"127.0.0.1", "localhost", "gpu-07", "upstream-secret", "http://"}) {
        if (response.body.contains(secret))
            return response.body;
    }
    return {};
}

QTEST_GUILESS_MAIN(FaultsTest)
#include "tst_faults.moc"
