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
    m_daemon.addServer(u"gone"_s, DaemonFixture::deadPort(), true);
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
