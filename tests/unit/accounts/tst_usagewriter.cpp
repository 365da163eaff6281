// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/usagewriter.h"
#include "tests/unit/accounts/usagefixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

constexpr quint32 seed = 4'711;

std::vector<qint64> numbers(qint64 first, qint64 last)
{
    std::vector<qint64> values;
    for (qint64 number = first; number <= last; ++number)
        values.push_back(number);
    return values;
}

UsageWriterOptions quick() { return {1ms, 4ms, 2000ms, 100}; }

}

class TestUsageWriter : public QObject
{
    Q_OBJECT

private:
    /// What lives as long as a process.
    struct Daemon {
        Daemon(const QString &path, FakeSink &sink, const Clock &clock)
            : journal(UsageJournal::open(smallJournal(path)).value())
            , writer(*journal, sink, clock, quick())
        { }
        std::unique_ptr<UsageJournal> journal;
        UsageWriter writer;
    };

    std::unique_ptr<TestDirectory> m_folder;
    std::unique_ptr<FakeSink> m_sink;
    SystemClock m_clock;
    std::unique_ptr<Daemon> m_daemon;

    /// Also after a crash: nothing of the journal's memory is used again.
    Result<void> restart()
    {
        m_daemon.reset();
        m_daemon = std::make_unique<Daemon>(m_folder->file(QStringLiteral("journal")), *m_sink, m_clock);
        return QCoro::waitFor(m_daemon->writer.recover({}));
    }
    UsageJournal &journal() { return *m_daemon->journal; }
    void settle(qint64 first, qint64 last)
    {
        for (qint64 number = first; number <= last; ++number)
            journal().settle(usageNumber(number), charge(number));
    }

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }
    void init()
    {
        m_folder = std::make_unique<TestDirectory>();
        m_sink = std::make_unique<FakeSink>();
        QVERIFY(restart());
    }
    void cleanup() { m_daemon.reset(); }

    void writesWhileItRuns()
    {
        std::stop_source stop;
        auto running = m_daemon->writer.run(RequestContext().withStop(stop.get_token()));
        settle(1, 1000);
        QTRY_COMPARE(m_sink->entries().size(), 1000U);
        settle(1001, 1010);
        QTRY_COMPARE(m_sink->numbers(), numbers(1, 1010));
        QVERIFY(m_daemon->writer.isHealthy());
        stop.request_stop();
        QCoro::waitFor(std::move(running));
        QCOMPARE(journal().state().backlog, 0U);
    }

    void writesTheRestWhenItIsStopped()
    {
        std::stop_source stop;
        auto running = m_daemon->writer.run(RequestContext().withStop(stop.get_token()));
        settle(1, 500);
        stop.request_stop();
        QCoro::waitFor(std::move(running));
        QCOMPARE(m_sink->numbers(), numbers(1, 500));
    }

    void aFailingSinkHeals_data()
    {
        QTest::addColumn<FakeSink::Failure>("failure");
        QTest::newRow("before") << FakeSink::Failure::Before;
        QTest::newRow("after the commit") << FakeSink::Failure::AfterCommit;
    }
    void aFailingSinkHeals()
    {
        QFETCH(const FakeSink::Failure, failure);
        std::stop_source stop;
        auto running = m_daemon->writer.run(RequestContext().withStop(stop.get_token()));
        m_sink->failNext(1'000'000, failure);
        settle(1, 300);
        QTRY_VERIFY(!m_daemon->writer.isHealthy());
        settle(301, 600);
        QTRY_VERIFY(m_sink->calls() > 5);
        QCOMPARE(journal().state().backlog, 600U);
        QVERIFY(journal().state().isOnDisk);
        m_sink->failNext(0, failure);
        QTRY_COMPARE(m_sink->numbers(), numbers(1, 600));
        QTRY_VERIFY(m_daemon->writer.isHealthy());
        stop.request_stop();
        QCoro::waitFor(std::move(running));
    }

    void aFailingSinkIsNotWaitedForAtTheEnd()
    {
        std::stop_source stop;
        auto running = m_daemon->writer.run(RequestContext().withStop(stop.get_token()));
        m_sink->failNext(1'000'000, FakeSink::Failure::Before);
        settle(1, 300);
        QTRY_VERIFY(!m_daemon->writer.isHealthy());
        stop.request_stop();
        QCoro::waitFor(std::move(running));
        QCOMPARE(m_sink->entries().size(), 0U);
        m_sink->failNext(0, FakeSink::Failure::Before);
        QVERIFY(restart());
        QCOMPARE(m_sink->numbers(), numbers(1, 300));
    }

    void recoverMayBeTriedAgain()
    {
        settle(1, 300);
        m_sink->failNext(1, FakeSink::Failure::AfterCommit);
        QVERIFY(!restart());
        QVERIFY(QCoro::waitFor(m_daemon->writer.recover({})));
        QCOMPARE(m_sink->numbers(), numbers(1, 300));
    }

    void crashBetweenCommitAndRelease()
    {
        settle(1, 2500);
        writePart(700, false);
        QVERIFY(restart());
        QCOMPARE(m_sink->numbers(), numbers(1, 2500));
        settle(2501, 2600);
        writePart(1, false);
        QVERIFY(restart());
        QCOMPARE(m_sink->numbers(), numbers(1, 2600));
    }

    // Any order of settling, telling progress, writing, failing and restarting: each request is charged once.
    void modelCheck()
    {
        std::mt19937 engine(seed);
        const auto chance = [&engine](int percent) { return std::uniform_int_distribution(0, 99)(engine) < percent; };
        std::map<qint64, qint64> underWay; // number to what it told
        std::map<qint64, qint64> expected; // number to its charge
        qint64 next = 1;
        for (int step = 0; step < 4000; ++step) {
            if (chance(40))
                underWay[next++] = 0;
            if (!underWay.empty() && chance(40)) {
                auto &[number, told] = *std::next(underWay.begin(), qint64(engine() % underWay.size()));
                journal().progress(usageNumber(number), charge(told += 10));
            }
            if (!underWay.empty() && chance(35)) {
                const auto chosen = std::next(underWay.begin(), qint64(engine() % underWay.size()));
                journal().settle(usageNumber(chosen->first), charge(chosen->second + 1));
                expected[chosen->first] = chosen->second + 1;
                underWay.erase(chosen);
            }
            if (chance(5))
                writePart(engine() % 200 + 1, true);
            if (chance(2)) {
                if (chance(50))
                    writePart(engine() % 200 + 1, false);
                m_sink->failNext(int(engine() % 2), FakeSink::Failure::AfterCommit);
                while (!restart()) { }
                m_sink->failNext(0, FakeSink::Failure::AfterCommit);
                for (const auto &[number, told] : underWay) {
                    if (told > 0)
                        expected[number] = told;
                }
                underWay.clear();
            }
        }
        QVERIFY(restart());
        for (const auto &[number, told] : underWay) {
            if (told > 0)
                expected[number] = told;
        }
        std::map<qint64, qint64> charged;
        for (const JournalEntry &entry : m_sink->entries()) {
            QCOMPARE(entry.charges.size(), 1);
            QVERIFY(charged.emplace(numberOf(entry.usage), entry.charges[0].tokens).second);
        }
        QVERIFY(expected.size() > 1000);
        QVERIFY(charged == expected);
    }

private:
    // What the writer does, up to the moment at which the process dies.
    void writePart(std::size_t limit, bool isReleased)
    {
        JournalBatch batch;
        if (!QTest::qWaitFor(
                [&] { return !(batch = journal().take(limit)).isEmpty() || journal().state().backlog == 0; }))
            qFatal("The journal gives nothing out");
        if (batch.isEmpty())
            return;
        if (!QCoro::waitFor(m_sink->write(batch, {})))
            qFatal("The sink fails");
        if (isReleased)
            journal().release(batch);
    }
};

QTEST_GUILESS_MAIN(TestUsageWriter)
#include "tst_usagewriter.moc"
