// SPDX-License-Identifier: Apache-2.0
// Slow clients cost their own node, not the daemon's memory.
#include "tests/integration/daemonfixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray streamed = R"("stream":true)";
constexpr qint64 mebibyte = 1024 * 1024;
#ifdef __SANITIZE_ADDRESS__
constexpr qint64 allowedGrowth = 64 * mebibyte; // shadows and fences cost more than what they guard
#else
constexpr qint64 allowedGrowth = 8 * mebibyte;
#endif

/// The address sanitizer would keep what is freed.
QString sanitizerOptions()
{
    return qEnvironmentVariable("ASAN_OPTIONS") + u":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"_s;
}

}

class BackPressureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clientThatReadsNothing_data();
    void clientThatReadsNothing();
    void slowClientLosesNothing();
    void pipeliningWithoutReading();
    void holdsManyStreams();
};

void BackPressureTest::clientThatReadsNothing_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::newRow("openai") << QByteArray("openai");
    QTest::newRow("ollama") << QByteArray("ollama");
}

void BackPressureTest::clientThatReadsNothing()
{
    QFETCH(const QByteArray, profile);
    DaemonFixture daemon;
    daemon.addNode(u"one"_s,
                   R"({"profile":")" + profile + R"(","models":[{"name":"m:1b"}],"rules":[{"chunks":[")"
                       + QByteArray("much text ").repeated(400) + R"("],"fault":{"endless":true}}]})");
    daemon.setVariable(u"ASAN_OPTIONS"_s, sanitizerOptions());
    QVERIFY(daemon.start());
    for (int i = 0; i < 10; ++i) // what is needed once is there
        QCOMPARE(daemon.post("/v1/completions", R"({"model":"nothing","prompt":"x"})").status, 404);
    const qint64 before = daemon.residentBytes();
    QVERIFY(before > 0);
    const auto client = daemon.startChat(chatBody("m:1b", "x", streamed));
    QVERIFY(client->waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    client->stopReading();
    // The node stands still once every buffer on the way is full.
    const auto sent = [&daemon] { return daemon.node(0).state.records().back().bodyBytesSent; };
    const auto standsStill
        = [&sent] { return !QTest::qWaitFor([&sent, before = sent()] { return sent() != before; }, 1000); };
    QTRY_VERIFY_WITH_TIMEOUT(standsStill(), 60'000);
    QVERIFY2(daemon.residentBytes() - before < allowedGrowth,
             qPrintable(QString::number(daemon.residentBytes() - before)));
    QCOMPARE(daemon.get("/health").status, 200);
    client->resumeReading(); // and goes on
    const qint64 received = client->received();
    QVERIFY(client->waitUntil([&](const HttpResponse &) { return client->received() > received + 40 * mebibyte; },
                              std::chrono::seconds(120)));
    QVERIFY2(daemon.residentBytes() - before < allowedGrowth,
             qPrintable(QString::number(daemon.residentBytes() - before)));
    client->reset();
    QTRY_COMPARE(daemon.liveGenerations(), 0);
    QCOMPARE(daemon.stop(), QByteArray());
}

void BackPressureTest::slowClientLosesNothing()
{
    constexpr int pieces = 4'000;
    DaemonFixture daemon;
    daemon.addNode(u"one"_s,
                   R"({"profile":"openai","models":[{"name":"m:1b"}],"rules":[{"chunks":[")"
                       + QByteArray("0123456789").repeated(200) + R"("],"repeat":)" + QByteArray::number(pieces)
                       + "}]}");
    QVERIFY(daemon.start());
    const auto client = daemon.startChat(chatBody("m:1b", "x", streamed));
    for (qint64 wanted = mebibyte; !client->response().isComplete && wanted < 8 * mebibyte; wanted += mebibyte) {
        QVERIFY(client->waitUntil(
            [&](const HttpResponse &response) { return response.isComplete || client->received() >= wanted; }));
        client->stopReading();
        QCOMPARE(daemon.get("/health").status, 200); // others are served meanwhile
        client->resumeReading();
    }
    QVERIFY(client->waitForResponse(std::chrono::seconds(60)));
    QVERIFY(endsProperly(client->response()));
    QCOMPARE(textOf(client->response()).size(), qsizetype(pieces) * 2'000);
    QCOMPARE(daemon.stop(), QByteArray());
}

void BackPressureTest::pipeliningWithoutReading()
{
    constexpr int requests = 400'000;
    DaemonFixture daemon;
    daemon.addNode(u"one"_s, R"({"models":[{"name":"m:1b"}]})");
    daemon.setVariable(u"ASAN_OPTIONS"_s, sanitizerOptions());
    QVERIFY(daemon.start());
    const qint64 before = daemon.residentBytes();
    const auto client = daemon.connect();
    client->stopReading();
    const QByteArray request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    client->send(request.repeated(requests));
    const auto standsStill = [&client] {
        return !QTest::qWaitFor([&client, before = client->unsent()] { return client->unsent() != before; }, 1000);
    };
    QTRY_VERIFY_WITH_TIMEOUT(standsStill(), 60'000);
    QVERIFY(client->unsent() > 0);
    QVERIFY2(daemon.residentBytes() - before < allowedGrowth,
             qPrintable(QString::number(daemon.residentBytes() - before)));
    QCOMPARE(daemon.get("/health").status, 200);
    client->resumeReading(); // and all of it is answered
    QTRY_COMPARE_WITH_TIMEOUT(client->unsent(), 0, 120'000);
    client->close();
    QVERIFY(client->waitForClose());
    QVERIFY(client->received() > requests * qint64(50));
    QCOMPARE(daemon.stop(), QByteArray());
}

void BackPressureTest::holdsManyStreams()
{
    constexpr int streams = 300;
    constexpr int words = 20;
    DaemonFixture daemon;
    daemon.addNode(
        u"one"_s,
        R"({"profile":"openai","models":[{"name":"m:1b","tokens_per_second":10}],"rules":[{"chunks":["word"],"repeat":)"
            + QByteArray::number(words) + "}]}",
        R"("parallel":1000)");
    QVERIFY(daemon.start());
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < streams; ++i)
        clients.push_back(daemon.startChat(chatBody("m:1b", QByteArray::number(i), streamed)));
    for (const auto &client : clients) {
        QVERIFY2(client->waitForResponse(std::chrono::seconds(60)), client->error().constData());
        QVERIFY(endsProperly(client->response()));
        QCOMPARE(textOf(client->response()), QByteArray("word").repeated(words));
    }
    QVERIFY(daemon.node(0).state.peakLiveGenerations() > streams / 4);
    QTRY_COMPARE(daemon.metric("moe_http_requests_in_flight"), 0);
    QCOMPARE(daemon.stop(), QByteArray());
}

QTEST_GUILESS_MAIN(BackPressureTest)
#include "tst_backpressure.moc"
