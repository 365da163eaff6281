// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/metrics.h"
#include "daemon/telemetry/resourceusage.h"
#include "tests/support/processundertest.h"

#include <QFile>
#include <QStandardPaths>
#include <QTest>

#include <thread>

using namespace moe;
using namespace moe::telemetry;
using namespace moe::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// The value on the line of /metrics that starts with `series`, whose labels are quoted singly here.
std::optional<double> value(const QByteArray &page, QByteArray series)
{
    series.replace('\'', '"').append(' ');
    for (const QByteArray &line : page.split('\n')) {
        if (line.startsWith(series))
            return line.sliced(series.size()).toDouble();
    }
    return std::nullopt;
}

void fill(Metrics &metrics)
{
    metrics.requestEnded(Route::ChatCompletions, 200, 30ms);
    metrics.requestEnded(Route::ChatCompletions, 200, 70ms);
    metrics.requestEnded(Route::Models, 401, 100us);
    metrics.requestEnded(Route::Other, 418, 0us);
    metrics.timeToFirstToken.observe(Route::Messages, 400s);
    metrics.bytes.add(Direction::Sent, 1'000'000);
    metrics.authFailures.add(AuthFailure::Revoked);
    metrics.tokens.add(TokenKind::Prompt, 12);
    metrics.queueLength.add(3);
    metrics.queueWait.observe(2s);
    const auto server = metrics.servers.server(ServerId(u"gpu 1"_s));
    server->calls.add(UpstreamOutcome::Timeout);
    server->timeToFirstByte.observe(5ms);
    server->isUp = true;
    server->breaker = Breaker::HalfOpen;
}

}

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pageShowsWhatWasCounted()
    {
        Metrics metrics;
        fill(metrics);
        const QByteArray page = metrics.serialise();
        QCOMPARE(value(page, "moe_http_requests_total{route='chat_completions',code='200'}"), 2);
        QCOMPARE(value(page, "moe_http_requests_total{route='models',code='401'}"), 1);
        QCOMPARE(value(page, "moe_http_requests_total{route='other',code='other'}"), 1);
        QVERIFY(!value(page, "moe_http_requests_total{route='models',code='200'}"));
        QCOMPARE(value(page, "moe_http_request_duration_seconds_count{route='chat_completions'}"), 2);
        QCOMPARE(value(page, "moe_http_request_duration_seconds_sum{route='chat_completions'}"), 0.1);
        QCOMPARE(value(page, "moe_http_request_duration_seconds_bucket{route='chat_completions',le='0.025'}"), 0);
        QCOMPARE(value(page, "moe_http_request_duration_seconds_bucket{route='chat_completions',le='0.05'}"), 1);
        QCOMPARE(value(page, "moe_http_request_duration_seconds_bucket{route='chat_completions',le='0.1'}"), 2);
        QCOMPARE(value(page, "moe_time_to_first_token_seconds_bucket{route='messages',le='300'}"), 0);
        QCOMPARE(value(page, "moe_time_to_first_token_seconds_bucket{route='messages',le='+Inf'}"), 1);
        QCOMPARE(value(page, "moe_http_bytes_total{direction='sent'}"), 1e6);
        QCOMPARE(value(page, "moe_auth_failures_total{reason='revoked'}"), 1);
        QCOMPARE(value(page, "moe_auth_failures_total{reason='missing'}"), 0);
        QCOMPARE(value(page, "moe_tokens_total{kind='prompt'}"), 12);
        QCOMPARE(value(page, "moe_upstream_queue_length"), 3);
        QCOMPARE(value(page, "moe_upstream_queue_wait_seconds_sum"), 2);
        QCOMPARE(value(page, "moe_upstream_calls_total{server='gpu 1',outcome='timeout'}"), 1);
        QCOMPARE(value(page, "moe_node_up{server='gpu 1'}"), 1);
        QCOMPARE(value(page, "moe_node_breaker_state{server='gpu 1',state='half_open'}"), 1);
        QCOMPARE(value(page, "moe_node_breaker_state{server='gpu 1',state='closed'}"), 0);
        QVERIFY(value(page, "process_resident_memory_bytes") > 1e6);
        QVERIFY(page.contains("moe_build_info{version=\"" MOE_VERSION "\""));
    }

    void boundsBelongToTheirBucket()
    {
        Metrics metrics;
        metrics.queueWait.observe(1ms);
        metrics.queueWait.observe(1001us);
        metrics.queueWait.observe(-5s); // a clock that jumped must not spoil the sum
        const QByteArray page = metrics.serialise();
        QCOMPARE(value(page, "moe_upstream_queue_wait_seconds_bucket{le='0.001'}"), 2);
        QCOMPARE(value(page, "moe_upstream_queue_wait_seconds_bucket{le='0.0025'}"), 3);
        QCOMPARE(value(page, "moe_upstream_queue_wait_seconds_sum"), 0.002001);
    }

    void everyCodeOfOursHasItsSlot()
    {
        for (const int code : {200, 204, 400, 401, 404, 413, 429, 499, 500, 503, 504})
            QCOMPARE(QByteArray(Axis<StatusSlot>::names[size_t(statusSlot(code))]), QByteArray::number(code));
        for (const int code : {0, -1, 99, 201'000, 299, 599})
            QCOMPARE(QByteArray(Axis<StatusSlot>::names[size_t(statusSlot(code))]), "other");
        QCOMPARE(upstreamOutcome(ErrorCode::Cancelled), UpstreamOutcome::Cancelled);
        QCOMPARE(upstreamOutcome(ErrorCode::RateLimited), UpstreamOutcome::Refused);
        QCOMPARE(upstreamOutcome(ErrorCode::Internal), UpstreamOutcome::Failed);
    }

    void holdsCountWhileTheyLive()
    {
        Metrics metrics;
        {
            GaugeHold first(metrics.streamsOpen);
            GaugeHold moved(std::move(first));
            QCOMPARE(metrics.streamsOpen.value(), 1);
            std::optional<GaugeHold> second(metrics.streamsOpen);
            QCOMPARE(metrics.streamsOpen.value(), 2);
            moved = std::move(*second);
            second.reset();
            QCOMPARE(metrics.streamsOpen.value(), 1);
        }
        QCOMPARE(metrics.streamsOpen.value(), 0);
    }

    void nothingIsLostBetweenThreads()
    {
        constexpr int threads = 12; // more than shards
        constexpr int each = 20'000;
        Metrics metrics;
        const auto server = metrics.servers.server(ServerId(u"one"_s));
        std::jthread reader([&metrics](const std::stop_token &stop) {
            std::int64_t last = 0;
            while (!stop.stop_requested()) {
                const std::int64_t now = metrics.tokens.value(TokenKind::Completion);
                if (now < last)
                    qFatal("A counter went back");
                last = now;
                (void)metrics.Collect();
            }
        });
        std::vector<std::jthread> writers;
        for (int t = 0; t < threads; ++t) {
            writers.emplace_back([&metrics, server] {
                for (int i = 0; i < each; ++i) {
                    const GaugeHold hold(metrics.requestsInFlight);
                    metrics.tokens.add(TokenKind::Completion, 2);
                    metrics.requestEnded(Route::Embeddings, 200, std::chrono::microseconds(i));
                    server->calls.add(UpstreamOutcome::Ok);
                }
            });
        }
        writers.clear();
        reader = {};
        QCOMPARE(metrics.tokens.value(TokenKind::Completion), 2LL * threads * each);
        QCOMPARE(metrics.requests.value(Route::Embeddings, statusSlot(200)), threads * each);
        QCOMPARE(metrics.requestsInFlight.value(), 0);
        const QByteArray page = metrics.serialise();
        QCOMPARE(value(page, "moe_http_request_duration_seconds_count{route='embeddings'}"), threads * each);
        QCOMPARE(value(page, "moe_http_request_duration_seconds_bucket{route='embeddings',le='0.001'}"),
                 threads * 1'001);
        QCOMPARE(value(page, "moe_upstream_calls_total{server='one',outcome='ok'}"), threads * each);
    }

    void serversComeAndGo()
    {
        Metrics metrics;
        const auto a = metrics.servers.server(ServerId(u"a"_s));
        const auto b = metrics.servers.server(ServerId(u"b"_s));
        QCOMPARE(metrics.servers.server(ServerId(u"a"_s)), a);
        metrics.servers.retain({ServerId(u"b"_s)});
        a->calls.add(UpstreamOutcome::Ok); // a call that ends after its server was removed
        const QByteArray page = metrics.serialise();
        QVERIFY(!page.contains("server=\"a\""));
        QVERIFY(page.contains("server=\"b\""));
        QVERIFY(metrics.servers.server(ServerId(u"a"_s)) != a);
    }

    void labelsAreEscaped()
    {
        Metrics metrics;
        (void)metrics.servers.server(ServerId(u"gpu\"} 1\nmoe_up 1\n\\"_s));
        QVERIFY(metrics.serialise().contains("moe_node_up{server=\"gpu\\\"} 1\\nmoe_up 1\\n\\\\\"} 0\n"));
    }

    void serverLabelsAreBounded()
    {
        Metrics metrics;
        QList<ServerId> names;
        for (int i = 0; i < 600; ++i) {
            names.append(ServerId(u"server%1"_s.arg(i)));
            metrics.servers.server(names.back())->calls.add(UpstreamOutcome::Ok);
        }
        metrics.servers.retain(names);
        const QByteArray page = metrics.serialise();
        QCOMPARE(page.count("\nmoe_node_up{"), 501);
        QCOMPARE(value(page, "moe_upstream_calls_total{server='other',outcome='ok'}"), 100);
    }

    void usageIsPlausible()
    {
        const auto before = currentResourceUsage();
        QVERIFY(before);
        QVERIFY(before->residentBytes > 1'000'000 && before->residentBytes < before->virtualBytes);
        QVERIFY(before->threads >= 1);
        QVERIFY(before->openFiles >= 3 && before->openFiles <= before->openFilesLimit);
        const auto age = std::chrono::system_clock::now() - before->started;
        QVERIFY(age > -2s && age < 1h);

        const std::vector<std::shared_ptr<QFile>> files = [] {
            std::vector<std::shared_ptr<QFile>> opened;
            for (int i = 0; i < 10; ++i) {
                opened.push_back(std::make_shared<QFile>(u"/dev/null"_s));
                (void)opened.back()->open(QIODevice::ReadOnly);
            }
            return opened;
        }();
        std::jthread extra([](const std::stop_token &stop) {
            while (!stop.stop_requested())
                std::this_thread::yield();
        });
        QTRY_VERIFY(currentResourceUsage()->cpu > before->cpu);
        QCOMPARE(currentResourceUsage()->openFiles, before->openFiles + 10);
        QVERIFY(currentResourceUsage()->threads >= before->threads + 1);
    }

    void promtoolHasNoComplaint()
    {
        const QString promtool = QStandardPaths::findExecutable(u"promtool"_s);
        if (promtool.isEmpty())
            QSKIP("promtool is not installed (package prometheus)");
        Metrics metrics;
        const QByteArray empty = metrics.serialise();
        fill(metrics);
        for (const QByteArray &page : {empty, metrics.serialise()}) {
            ProcessUnderTest check(promtool, {u"check"_s, u"metrics"_s});
            QVERIFY(check.start());
            check.writeInput(page);
            check.closeInput();
            QVERIFY(check.waitForExit());
            QCOMPARE(check.errors(), "");
            QCOMPARE(check.output(), "");
            QCOMPARE(check.exitStatus(), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
