// SPDX-License-Identifier: Apache-2.0
// Stopping: nothing new begins, what runs may end, what does not is told so.
#include "tests/integration/daemonfixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray streamed = R"("stream":true)";

bool hasFrames(const HttpResponse &response) { return framesOf(response).size() >= 2; }

}

class DrainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_daemon.reset(); }
    void streamsMayEnd();
    void unfinishedStreamsGetAnError();
    void unansweredRequestsGetAnError();
    void clientThatReadsNothing();
    void answersUnderWayAreSentOut();
    void nothingNewBegins();
    void idleConnectionsDoNotDelay();
    void secondSignal();

private:
    void start(const QString &drainSeconds);
    [[nodiscard]] QByteArray ended();

    std::unique_ptr<DaemonFixture> m_daemon;
};

void DrainTest::init() { m_daemon = std::make_unique<DaemonFixture>(); }

void DrainTest::start(const QString &drainSeconds)
{
    m_daemon->addNode(u"one"_s, R"({"profile":"openai","models":[{"name":"m:1b"}],"rules":[
        {"contains":"finite","chunks":["word "],"repeat":40,"tokens_per_second":40},
        {"contains":"endless","chunks":["word "],"tokens_per_second":40,"fault":{"endless":true}},
        {"contains":"flood","chunks":["much text, very much text, more text than anybody reads "],
         "fault":{"endless":true}},
        {"contains":"large","chunks":["0123456789abcdef"],"repeat":600000},
        {"contains":"silent","first_token_ms":3600000}]})",
                      R"("parallel":8)");
    m_daemon->addArguments({u"--drain-seconds"_s, drainSeconds});
    QVERIFY(m_daemon->start());
}

/// Waits for the daemon's end; what was wrong with it.
QByteArray DrainTest::ended()
{
    if (!m_daemon->process().waitForExit(std::chrono::seconds(60)))
        return "it does not end";
    const int status = m_daemon->process().exitStatus();
    return status == 0 ? m_daemon->outputProblem()
                       : "status " + QByteArray::number(status) + ": " + m_daemon->process().errors().right(4000);
}

void DrainTest::streamsMayEnd()
{
    start(u"60"_s);
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(m_daemon->startChat(chatBody("m:1b", "finite", streamed)));
        QVERIFY(clients.back()->waitUntil(&hasFrames));
    }
    const auto whole = m_daemon->startChat(chatBody("m:1b", "finite"));
    QTRY_COMPARE(m_daemon->liveGenerations(), 5);
    QCOMPARE(m_daemon->metric("moe_http_requests_in_flight"), 5);
    m_daemon->process().terminate();
    for (const auto &client : clients) {
        QVERIFY2(client->waitForResponse(), client->error().constData());
        QVERIFY(endsProperly(client->response()));
        QCOMPARE(textOf(client->response()), QByteArray("word ").repeated(40));
        QVERIFY(client->waitForClose());
    }
    QVERIFY(whole->waitForResponse());
    QCOMPARE(textOf(whole->response()), QByteArray("word ").repeated(40));
    QCOMPARE(ended(), QByteArray());
}

void DrainTest::unfinishedStreamsGetAnError()
{
    start(u"1"_s);
    const auto client = m_daemon->startChat(chatBody("m:1b", "endless", streamed));
    QVERIFY(client->waitUntil(&hasFrames));
    const auto orchestrated = m_daemon->startChat(chatBody("moe-orchestrator", "endless", streamed));
    QVERIFY(orchestrated->waitUntil(&hasFrames));
    m_daemon->process().terminate();
    for (const auto *each : {&client, &orchestrated}) {
        QVERIFY((*each)->waitForClose());
        QVERIFY2(endsWithError((*each)->response()), (*each)->response().body.right(500).constData());
    }
    QCOMPARE(ended(), QByteArray());
    QTRY_COMPARE(m_daemon->liveGenerations(), 0);
}

void DrainTest::unansweredRequestsGetAnError()
{
    start(u"1"_s);
    const auto whole = m_daemon->startChat(chatBody("m:1b", "silent"));
    const auto stream = m_daemon->startChat(chatBody("m:1b", "silent", streamed));
    QTRY_COMPARE(m_daemon->liveGenerations(), 2);
    m_daemon->process().terminate();
    for (const auto *each : {&whole, &stream}) {
        QVERIFY((*each)->waitForResponse());
        QCOMPARE(errorProblem((*each)->response(), 503, "service_unavailable"), QByteArray());
        QVERIFY((*each)->waitForClose());
    }
    QCOMPARE(ended(), QByteArray());
}

void DrainTest::clientThatReadsNothing()
{
    start(u"1"_s);
    const auto client = m_daemon->startChat(chatBody("m:1b", "flood", streamed));
    QVERIFY(client->waitUntil(&hasFrames));
    client->stopReading();
    const auto sent = [this] { return m_daemon->node(0).state.records().back().bodyBytesSent; };
    const auto standsStill
        = [&sent] { return !QTest::qWaitFor([&sent, before = sent()] { return sent() != before; }, 500); };
    QTRY_VERIFY_WITH_TIMEOUT(standsStill(), 60'000);
    m_daemon->process().terminate();
    QVERIFY(m_daemon->process().waitForExit(std::chrono::seconds(20)));
    QCOMPARE(ended(), QByteArray());
}

void DrainTest::answersUnderWayAreSentOut()
{
    start(u"60"_s);
    const QByteArray answered = R"(moe_http_requests_total{route="chat_completions",code="200"})";
    QCOMPARE(m_daemon->chat(chatBody("m:1b", "finite")).status, 200);
    const double before = m_daemon->metric(answered);
    const auto client = m_daemon->startChat(chatBody("m:1b", "large"));
    client->stopReading();
    QTRY_COMPARE_WITH_TIMEOUT(m_daemon->metric(answered), before + 1, 60'000);
    m_daemon->process().terminate();
    QTRY_VERIFY(!QFile::exists(m_daemon->dataDirectory() + u"/ready.json"_s));
    client->resumeReading();
    QVERIFY2(client->waitForResponse(std::chrono::seconds(60)), client->error().constData());
    QCOMPARE(textOf(client->response()).size(), 16 * 600'000);
    QVERIFY(client->waitForClose());
    QCOMPARE(ended(), QByteArray());
}

void DrainTest::nothingNewBegins()
{
    start(u"60"_s);
    const auto idle = m_daemon->connect();
    QVERIFY(idle->exchange(RawHttpClient::request("GET", "/health")));
    const auto client = m_daemon->startChat(chatBody("m:1b", "endless", streamed));
    QVERIFY(client->waitUntil(&hasFrames));
    m_daemon->process().terminate();
    QVERIFY(idle->waitForClose());
    RawHttpClient late;
    QVERIFY(!late.connectTo(m_daemon->apiPort()) || late.waitForClose());
    QCOMPARE(late.response().status, 0);
    QVERIFY(m_daemon->isRunning());
    client->reset();
    QCOMPARE(ended(), QByteArray());
}

void DrainTest::idleConnectionsDoNotDelay()
{
    start(u"3600"_s);
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(m_daemon->connect());
        if (i % 2 == 0)
            QVERIFY(clients.back()->exchange(RawHttpClient::request("GET", "/health")));
    }
    m_daemon->process().terminate();
    QCOMPARE(ended(), QByteArray());
    for (const auto &client : clients)
        QVERIFY(client->waitForClose());
}

void DrainTest::secondSignal()
{
    start(u"3600"_s);
    const auto client = m_daemon->startChat(chatBody("m:1b", "endless", streamed));
    QVERIFY(client->waitUntil(&hasFrames));
    m_daemon->process().terminate();
    QTRY_VERIFY(!QFile::exists(m_daemon->dataDirectory() + u"/ready.json"_s)); // it has heard the first
    m_daemon->process().terminate(); // an impatient administrator
    QVERIFY(client->waitForClose());
    QVERIFY(endsWithError(client->response()));
    QCOMPARE(ended(), QByteArray());
}

QTEST_GUILESS_MAIN(DrainTest)
#include "tst_drain.moc"
