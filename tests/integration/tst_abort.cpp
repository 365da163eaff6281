// SPDX-License-Identifier: Apache-2.0
// Clients that leave: whatever was under way for them ends at once on every node.
#include "tests/integration/daemonfixture.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray streamed = R"("stream":true)";
const QByteArray plan
    = R"([{\"id\":\"a\",\"task\":\"Add.\",\"category\":\"math\"},{\"id\":\"b\",\"task\":\"Tell.\",\"category\":\"science\"}])";

/// Rules for the three phases of an orchestrated request; the one named never ends by itself.
QByteArray rulesThatStallIn(const QByteArray &phase)
{
    const auto rule
        = [&phase](const QByteArray &name, const QByteArray &prompt, const QByteArray &answer) -> QByteArray {
        const QByteArray stall = phase == name ? R"(,"first_token_ms":3600000)"
            : phase == name + " writing"       ? R"(,"fault":{"endless":true})"
                                               : "";
        return R"({"role":"system","contains":")" + prompt + R"(","answer":")" + answer + "\"" + stall + '}';
    };
    return R"({"rules":[)" + rule("planner", "You split a user's request", plan) + ','
        + rule("merger", "You write the final answer", "The end of it. ") + ','
        + rule("experts", "You are", R"(CONFIDENCE: medium\nSome text.)") + "]}";
}

}

class AbortTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nativePhases_data();
    void nativePhases();
    void whileQueued();
    void orchestratedPhases_data();
    void orchestratedPhases();
    void manyAtRandomPhases();

private:
    void expectQuiet();

    std::unique_ptr<DaemonFixture> m_daemon;
};

void AbortTest::init()
{
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->setVariable(u"JUDGE_MODEL"_s, u"m:8b"_s);
    m_daemon->addNode(u"one"_s, R"({"models":[{"name":"m:8b","tokens_per_second":200}]})", R"("parallel":8)");
    m_daemon->addNode(u"two"_s, R"({"profile":"openai","models":[{"name":"m:8b","tokens_per_second":200}]})",
                      R"("parallel":8)");
    QVERIFY(m_daemon->start());
}

void AbortTest::cleanup()
{
    QCOMPARE(m_daemon->stop(), QByteArray());
    m_daemon.reset();
}

/// Nothing runs any more, and the daemon serves on.
void AbortTest::expectQuiet()
{
    QTRY_COMPARE(m_daemon->liveGenerations(), 0);
    QTRY_COMPARE(m_daemon->metric("moe_http_requests_in_flight"), 0);
    QCOMPARE(m_daemon->metric(R"(moe_node_in_flight{server="one"})"), 0);
    QCOMPARE(m_daemon->metric(R"(moe_node_in_flight{server="two"})"), 0);
    for (std::size_t node : {0, 1})
        QVERIFY(m_daemon->node(node).configure(jsonOf(QByteArray(R"({"rules":null,"fault":null})"))));
    QVERIFY(endsProperly(m_daemon->chat(chatBody("m:8b", "still there?", streamed))));
}

void AbortTest::nativePhases_data()
{
    QTest::addColumn<QByteArray>("server");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<int>("frames");
    for (const char *server : {"one", "two"}) {
        const QByteArray name = server;
        const QByteArray silent = R"({"fault":{"slow_headers_ms":3600000}})";
        const QByteArray endless = R"({"rules":[{"answer":"on and on ","fault":{"endless":true}}]})";
        QTest::addRow("%s: before the head", server) << name << silent << streamed << 0;
        QTest::addRow("%s: before the head, not streamed", server) << name << silent << QByteArray() << 0;
        QTest::addRow("%s: at the first token", server) << name << endless << streamed << 1;
        QTest::addRow("%s: midway", server) << name << endless << streamed << 40;
        QTest::addRow("%s: not streamed", server) << name << endless << QByteArray() << 0;
    }
}

void AbortTest::nativePhases()
{
    QFETCH(const QByteArray, server);
    QFETCH(const QByteArray, config);
    QFETCH(const QByteArray, more);
    QFETCH(const int, frames);
    for (std::size_t node : {0, 1})
        QVERIFY(m_daemon->node(node).configure(jsonOf(config)));
    for (const bool isReset : {true, false}) {
        const auto client = m_daemon->startChat(chatBody("m:8b@" + server, "go", more));
        QTRY_COMPARE(m_daemon->liveGenerations(), 1);
        QVERIFY(frames == 0 || client->waitUntil([frames](const HttpResponse &response) {
            return framesOf(response).size() >= frames;
        }));
        if (isReset)
            client->reset();
        else
            client->close();
        QTRY_COMPARE(m_daemon->liveGenerations(), 0);
    }
    expectQuiet();
}

void AbortTest::whileQueued()
{
    QVERIFY(m_daemon->node(0).configure(jsonOf(QByteArray(R"({"fault":{"slow_headers_ms":3600000}})"))));
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(m_daemon->startChat(
            chatBody("m:8b@one", "go " + QByteArray::number(i), i % 2 == 0 ? streamed : QByteArray())));
    QTRY_COMPARE(m_daemon->liveGenerations(), 8);
    QTRY_COMPARE(m_daemon->metric("moe_upstream_queue_length"), 12);
    for (std::size_t i = 8; i < clients.size(); ++i) // most of these wait
        clients[i]->reset();
    QTRY_VERIFY(m_daemon->metric("moe_upstream_queue_length") <= 0);
    clients.clear();
    expectQuiet();
}

void AbortTest::orchestratedPhases_data()
{
    QTest::addColumn<QByteArray>("phase");
    QTest::addColumn<int>("live");
    QTest::newRow("planner") << QByteArray("planner") << 1;
    QTest::newRow("planner writing") << QByteArray("planner writing") << 1;
    QTest::newRow("experts") << QByteArray("experts") << 2;
    QTest::newRow("merger") << QByteArray("merger") << 1;
    QTest::newRow("merger writing") << QByteArray("merger writing") << 1;
}

void AbortTest::orchestratedPhases()
{
    QFETCH(const QByteArray, phase);
    QFETCH(const int, live);
    for (std::size_t node : {0, 1})
        QVERIFY(m_daemon->node(node).configure(jsonOf(rulesThatStallIn(phase))));
    for (const QByteArray &more : {streamed, QByteArray()}) {
        const auto client = m_daemon->startChat(chatBody("moe-orchestrator", "go", more));
        if (phase.endsWith("writing")) // passes quickly where it is cut off by a limit of ours
            QTRY_VERIFY(m_daemon->liveGenerations() > 0);
        else
            QTRY_COMPARE(m_daemon->liveGenerations(), live);
        client->reset();
        QTRY_COMPARE(m_daemon->liveGenerations(), 0);
    }
    expectQuiet();
}

void AbortTest::manyAtRandomPhases()
{
    constexpr quint32 seed = 20260401;
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (std::size_t node : {0, 1}) {
        QVERIFY(m_daemon->node(node).configure(jsonOf(QByteArray(
            R"({"rules":[{"role":"system","contains":"You split","answer":")" + plan
            + R"("},)"
              R"({"contains":"pause","first_token_ms":20,"chunks":["text "],"repeat":200},{"chunks":["more "],"repeat":50}]})"))));
    }
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < 200; ++i) {
        const QByteArray model = random.bounded(3) == 0 ? "moe-orchestrator" : "m:8b";
        clients.push_back(m_daemon->startChat(chatBody(model, random.bounded(2) == 0 ? "pause" : "go on",
                                                       random.bounded(4) != 0 ? streamed : QByteArray())));
        const auto bytes = random.bounded(4'000);
        const auto patience = std::chrono::milliseconds(random.bounded(30));
        (void)clients.back()->waitUntil([bytes](const HttpResponse &response) { return response.body.size() > bytes; },
                                        patience);
        if (random.bounded(3) != 0) // others go on beside the next ones
            clients.back()->reset();
        if (random.bounded(8) == 0)
            clients.clear();
    }
    clients.clear();
    expectQuiet();
}

QTEST_GUILESS_MAIN(AbortTest)
#include "tst_abort.moc"
