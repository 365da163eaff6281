// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/retention.h"
#include "tests/support/fakeclock.h"
#include "tests/unit/accounts/auditfixture.h"

#include <QTest>

#include <memory>

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

class FakeUsageStore final : public UsageStore
{
public:
    qint64 expired = 0; // records that may go
    std::vector<std::pair<Clock::System, int>> removals;

    Task<ListPage<UsageRecord>> list(UsageQuery, RequestContext) override { co_return ListPage<UsageRecord>(); }
    Task<QList<DailyUsage>> dailySums(UsageRange, RequestContext) override { co_return QList<DailyUsage>(); }
    Task<QList<ModelUsage>> sumsByModel(UsageRange, RequestContext) override { co_return QList<ModelUsage>(); }
    Task<qint64> removeBefore(Clock::System time, int limit, RequestContext) override
    {
        removals.emplace_back(time, limit);
        const qint64 removed = std::min<qint64>(expired, limit);
        expired -= removed;
        co_return removed;
    }
    Task<qint64> anonymise(UserId, int, RequestContext) override { co_return 0; }
};

}

class TestRetention : public QObject
{
    Q_OBJECT

private:
    FakeClock m_clock;
    std::unique_ptr<FakeUsageStore> m_usage;
    std::unique_ptr<FakeAuditStore> m_audit;
    RetentionTimes m_times;
    std::unique_ptr<Retention> m_retention;

private Q_SLOTS:
    void init()
    {
        m_usage = std::make_unique<FakeUsageStore>();
        m_audit = std::make_unique<FakeAuditStore>();
        m_times = {std::chrono::days(10), std::chrono::days(30)};
        m_retention = std::make_unique<Retention>(
            *m_usage, *m_audit, m_clock, [this] { return m_times; }, RetentionOptions{1ms, 2ms, 1ms, 100});
    }

    void removesInPortions()
    {
        m_usage->expired = 250;
        m_audit->counts = {100, 0};
        const auto removed = QCoro::waitFor(m_retention->removeExpired({})).value();
        QCOMPARE(removed.usage, 250);
        QCOMPARE(removed.audit, 100);
        QCOMPARE(m_usage->removals.size(), 3U);
        for (const auto &[time, limit] : m_usage->removals) {
            QCOMPARE(time, m_clock.system() - std::chrono::days(10));
            QCOMPARE(limit, 100);
        }
        QCOMPARE(m_audit->removals.size(), 2U);
        QCOMPARE(m_audit->removals[0].first, m_clock.system() - std::chrono::days(30));
    }

    void keepsForEver()
    {
        m_usage->expired = 250;
        m_times.usage.reset();
        QCOMPARE(QCoro::waitFor(m_retention->removeExpired({})).value().usage, 0);
        QVERIFY(m_usage->removals.empty());
        QCOMPARE(m_audit->removals.size(), 1U);
    }

    void looksAgainWithNewTimes()
    {
        std::stop_source stop;
        auto running = m_retention->run(RequestContext().withStop(stop.get_token()));
        QTRY_VERIFY(m_usage->removals.size() >= 3);
        m_times.usage = std::chrono::days(1);
        QTRY_COMPARE(m_usage->removals.back().first, m_clock.system() - std::chrono::days(1));
        stop.request_stop();
        QCoro::waitFor(std::move(running));
    }

    void goesOnAfterAnError()
    {
        std::stop_source stop;
        m_audit->failing = ErrorCode::Unavailable;
        auto running = m_retention->run(RequestContext().withStop(stop.get_token()));
        QTRY_VERIFY(m_audit->removals.size() >= 3);
        m_audit->failing.reset();
        m_audit->counts = {7};
        QTRY_VERIFY(m_audit->counts.empty());
        stop.request_stop();
        QCoro::waitFor(std::move(running));
    }

    void isStoppedBetweenPortions()
    {
        m_usage->expired = std::numeric_limits<qint64>::max();
        std::stop_source stop;
        auto running = m_retention->run(RequestContext().withStop(stop.get_token()));
        QTRY_VERIFY(m_usage->removals.size() > 3);
        stop.request_stop();
        QCoro::waitFor(std::move(running));
        QVERIFY(m_usage->expired > 0);
    }
};

QTEST_GUILESS_MAIN(TestRetention)
#include "tst_retention.moc"
