// SPDX-License-Identifier: Apache-2.0
// What monitoring sees.
#include "tests/integration/daemonfixture.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class DaemonMetricsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void isFreeOnLoopback();
    void countsAtOnce();
    void showsWhatIsUnderWay();
    void showsNodes();
    void countsCallsAndTokensOnce();
    void showsTheQueue();
    void needsATokenFromElsewhere();
    void isCleanUnderPromtool();
    void hidesNamesAndKeys();

private:
    [[nodiscard]] HttpResponse scrape() const;

    DaemonFixture m_daemon;
};

void DaemonMetricsTest::initTestCase()
{
    m_daemon.addNode(
        u"one"_s,
        R"({"profile":"openai","models":[{"name":"m:1b"}],"rules":[{"contains":"hang","fault":{"stall_at_byte":600}}]})");
    m_daemon.addNode(u"slow"_s, R"({"models":[{"name":"slow:1b"}],"rules":[
        {"contains":"count","answer":"one two","usage":{"prompt_tokens":11,"completion_tokens":7}},
        {"contains":"cut","answer":"one two three four","fault":{"cut_after_bytes":200}},
        {"contains":"wait","answer":"done","first_token_ms":500}]})");
    m_daemon.addServer(u"gone"_s, DaemonFixture::deadPort(), true);
    m_daemon.setVariable(u"MOE_METRICS_TOKEN"_s, u"scrape-secret"_s);
    m_daemon.addArguments({u"--trusted-proxies"_s, u"127.0.0.1"_s});
    QVERIFY(m_daemon.start());
}

void DaemonMetricsTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

HttpResponse DaemonMetricsTest::scrape() const
{
    RawHttpClient client;
    return client.connectTo(m_daemon.controlPort()) && client.exchange(RawHttpClient::request("GET", "/metrics"))
        ? client.response()
        : HttpResponse();
}

void DaemonMetricsTest::isFreeOnLoopback()
{
    const HttpResponse response = scrape();
    QCOMPARE(response.status, 200);
    QVERIFY(response.header("content-type").value_or("").startsWith("text/plain; version=0.0.4"));
    QCOMPARE(m_daemon.get("/metrics").status, 404); // not where clients are
}

void DaemonMetricsTest::countsAtOnce()
{
    const QByteArray chats = R"(moe_http_requests_total{route="chat_completions",code="200"})";
    const QByteArray refused = R"(moe_http_requests_total{route="chat_completions",code="404"})";
    const double before = std::max(m_daemon.metric(chats), 0.0);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(m_daemon.chat(chatBody("m:1b", "x")).status, 200);
    QCOMPARE(m_daemon.chat(chatBody("nothing:1b", "x")).status, 404);
    QCOMPARE(m_daemon.metric(chats), before + 3);
    QCOMPARE(m_daemon.metric(refused), 1);
    QCOMPARE(m_daemon.metric(R"(moe_http_request_duration_seconds_count{route="chat_completions"})"), before + 4);
    const double firstTokens
        = std::max(m_daemon.metric(R"(moe_time_to_first_token_seconds_count{route="chat_completions"})"), 0.0);
    QVERIFY(endsProperly(m_daemon.chat(chatBody("m:1b", "x", R"("stream":true)"))));
    QCOMPARE(m_daemon.metric(R"(moe_time_to_first_token_seconds_count{route="chat_completions"})"), firstTokens + 1);
    RawHttpClient client;
    QVERIFY(client.connectTo(m_daemon.apiPort()));
    QVERIFY(client.exchange(RawHttpClient::request("GET", "/v1/models")));
    QCOMPARE(m_daemon.metric(R"(moe_auth_failures_total{reason="missing"})"), 1);
}

void DaemonMetricsTest::showsWhatIsUnderWay()
{
    const auto client = m_daemon.startChat(chatBody("m:1b", "hang", R"("stream":true)"));
    QVERIFY(client->waitUntil([](const HttpResponse &response) { return response.status == 200; }));
    QCOMPARE(m_daemon.metric("moe_http_requests_in_flight"), 1);
    QCOMPARE(m_daemon.metric("moe_http_streams_open"), 1);
    QCOMPARE(m_daemon.metric(R"(moe_node_in_flight{server="one"})"), 1);
    client->reset();
    QTRY_COMPARE(m_daemon.metric("moe_http_requests_in_flight"), 0);
    QCOMPARE(m_daemon.metric("moe_http_streams_open"), 0);
    QCOMPARE(m_daemon.metric(R"(moe_node_in_flight{server="one"})"), 0);
}

void DaemonMetricsTest::showsNodes()
{
    QCOMPARE(m_daemon.metric(R"(moe_node_up{server="one"})"), 1);
    QCOMPARE(m_daemon.metric(R"(moe_node_up{server="gone"})"), 0);
}

void DaemonMetricsTest::countsCallsAndTokensOnce()
{
    const auto value = [this](const QByteArray &series) { return std::max(m_daemon.metric(series), 0.0); };
    const auto calls = [&value](const QByteArray &outcome) {
        return value("moe_upstream_calls_total{server=\"slow\",outcome=\"" + outcome + "\"}");
    };
    const QByteArray firstBytes = R"(moe_upstream_first_byte_seconds_count{server="slow"})";
    const QByteArray prompt = R"(moe_tokens_total{kind="prompt"})";
    const QByteArray completion = R"(moe_tokens_total{kind="completion"})";
    const double promptBefore = value(prompt);
    const double completionBefore = value(completion);
    QCOMPARE(m_daemon.chat(chatBody("slow:1b", "count")).status, 200);
    QCOMPARE(calls("ok"), 1);
    QCOMPARE(value(firstBytes), 1);
    QCOMPARE(value(prompt), promptBefore + 11);
    QCOMPARE(value(completion), completionBefore + 7);
    QVERIFY(endsProperly(m_daemon.chat(chatBody("slow:1b", "count", R"("stream":true)"))));
    QCOMPARE(calls("ok"), 2);
    QCOMPARE(value(firstBytes), 2);
    QCOMPARE(value(prompt), promptBefore + 22);
    QCOMPARE(value(completion), completionBefore + 14);
    QVERIFY(endsWithError(m_daemon.chat(chatBody("slow:1b", "cut", R"("stream":true)"))));
    QCOMPARE(calls("ok"), 2);
    QCOMPARE(calls("bad_answer"), 1);
    const auto leaving = m_daemon.startChat(chatBody("slow:1b", "wait", R"("stream":true)"));
    QTRY_COMPARE(m_daemon.metric(R"(moe_node_in_flight{server="slow"})"), 1);
    leaving->reset();
    QTRY_COMPARE(calls("cancelled"), 1);
    QCOMPARE(m_daemon.chat(R"({"model":"slow:1b","messages":[],"n":0})").status, 400); // never reached a node
    QCOMPARE(calls("refused"), 0);
}

void DaemonMetricsTest::showsTheQueue()
{
    const double waited = m_daemon.metric("moe_upstream_queue_wait_seconds_count");
    QCOMPARE(m_daemon.metric("moe_upstream_queue_length"), 0);
    const auto first = m_daemon.startChat(chatBody("slow:1b", "wait"));
    QTRY_COMPARE(m_daemon.metric(R"(moe_node_in_flight{server="slow"})"), 1);
    const auto second = m_daemon.startChat(chatBody("slow:1b", "wait"));
    QTRY_COMPARE(m_daemon.metric("moe_upstream_queue_length"), 1);
    QVERIFY(first->waitForResponse());
    QVERIFY(second->waitForResponse());
    QCOMPARE(m_daemon.metric("moe_upstream_queue_length"), 0);
    QCOMPARE(m_daemon.metric("moe_upstream_queue_wait_seconds_count"), waited + 1);
    QVERIFY(m_daemon.metric("moe_upstream_queue_wait_seconds_sum") > 0.1);
}

void DaemonMetricsTest::needsATokenFromElsewhere()
{
    const DaemonFixture::Headers elsewhere{{"X-Forwarded-For", "192.0.2.1"}};
    const auto with = [this, &elsewhere](const DaemonFixture::Headers &more) {
        RawHttpClient client;
        return client.connectTo(m_daemon.controlPort())
                && client.exchange(RawHttpClient::request("GET", "/metrics", elsewhere + more))
            ? client.response().status
            : 0;
    };
    QCOMPARE(with({}), 401);
    QCOMPARE(with({{"Authorization", "Bearer wrong"}}), 401);
    QCOMPARE(with({{"Authorization", "Bearer "}}), 401);
    QCOMPARE(with({{"Authorization", "Bearer " + m_daemon.key()}}), 401);
    QCOMPARE(with({{"Authorization", "Bearer scrape-secret"}}), 200);
}

void DaemonMetricsTest::isCleanUnderPromtool()
{
    const QString promtool = QStandardPaths::findExecutable(u"promtool"_s);
    if (promtool.isEmpty())
        QSKIP("promtool is not installed (Debian package prometheus)");
    QProcess process;
    process.start(promtool, {u"check"_s, u"metrics"_s});
    QVERIFY(process.waitForStarted());
    process.write(scrape().body);
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.readAllStandardError() + process.readAllStandardOutput(), QByteArray());
    QCOMPARE(process.exitCode(), 0);
}

void DaemonMetricsTest::hidesNamesAndKeys()
{
    const QByteArray text = scrape().body;
    for (const QByteArray &hidden : {"tester"_ba, m_daemon.key(), "upstream-secret"_ba, "127.0.0.1"_ba})
        QVERIFY2(!text.contains(hidden), hidden.constData());
}

QTEST_GUILESS_MAIN(DaemonMetricsTest)
#include "tst_daemonmetrics.moc"
