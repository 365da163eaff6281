// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/usagefixture.h"

#include <QDir>

#include <atomic>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

std::vector<qint64> numbers(qint64 first, qint64 last)
{
    std::vector<qint64> values;
    for (qint64 number = first; number <= last; ++number)
        values.push_back(number);
    return values;
}

}

class TestUsageJournal : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TestDirectory> m_folder;
    FakeDisk m_disk;
    std::unique_ptr<UsageJournal> m_journal;
    std::vector<JournalEntry> m_taken;

    QString path() const { return m_folder->file(QStringLiteral("journal")); }
    qsizetype fileCount() const { return QDir(path()).entryList(QDir::Files).size(); }
    JournalOptions options() const
    {
        JournalOptions options = smallJournal(path());
        options.makeSegment = m_disk.maker();
        return options;
    }
    void open(const JournalOptions &options, qint64 lastApplied = 0)
    {
        m_journal.reset();
        auto journal = UsageJournal::open(options);
        if (!journal)
            qFatal("%s", qPrintable(journal.error().message));
        m_journal = *std::move(journal);
        m_journal->recover(lastApplied);
    }
    void settle(qint64 first, qint64 last)
    {
        for (qint64 number = first; number <= last; ++number)
            m_journal->settle(usageNumber(number), charge(number));
    }
    /// Takes what can be taken, and says so to the journal.
    bool drain()
    {
        const JournalBatch batch = m_journal->take(100);
        if (batch.isEmpty())
            return false;
        m_taken.insert(m_taken.end(), batch.entries.begin(), batch.entries.end());
        m_journal->release(batch);
        return true;
    }
    bool drainAll()
    {
        return QTest::qWaitFor([this] {
            while (drain()) { }
            return m_journal->state().backlog == 0;
        });
    }
    std::vector<qint64> takenNumbers() const
    {
        std::vector<qint64> found;
        for (const JournalEntry &entry : m_taken)
            found.push_back(numberOf(entry.usage));
        return found;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<TestDirectory>();
        m_disk = {};
        m_taken.clear();
        open(options());
    }
    void cleanup() { m_journal.reset(); }

    void entriesComeInOrderOnce()
    {
        settle(1, 3000); // several segments
        QCOMPARE(m_journal->state().backlog, 3000U);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 3000));
        qint64 last = 0;
        for (const JournalEntry &entry : m_taken) {
            QVERIFY(entry.sequence > last);
            last = entry.sequence;
            QVERIFY(entry.usage == usageNumber(numberOf(entry.usage)));
            QVERIFY(entry.charges == charge(numberOf(entry.usage)));
        }
        QVERIFY(m_journal->state().isOnDisk);
        QTRY_VERIFY(fileCount() <= 2); // the one in use and the spare one
    }

    void unreleasedEntriesComeAgainAfterTheRestart()
    {
        settle(1, 1000);
        std::size_t taken = 0;
        QTRY_COMPARE(taken += m_journal->take(300).entries.size(), 1000U);
        open(options());
        settle(1001, 1100);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 1100));
    }

    void whatTheDatabaseHasDoesNotComeAgain()
    {
        settle(1, 1000);
        QVERIFY(QTest::qWaitFor([this] { return drain(); }));
        const qint64 applied = m_taken.back().sequence;
        open(options(), applied);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 1000));
        open(options(), m_taken.back().sequence);
        QCOMPARE(m_journal->state().backlog, 0U);
        QTRY_VERIFY(fileCount() <= 1);
    }

    // The journal's folder was lost, or a backup of the database is used with it: numbers must not be used again.
    void sequencesAreAboveWhatTheDatabaseHas()
    {
        open(options(), 1'000'000);
        settle(1, 10);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 10));
        QVERIFY(m_taken.front().sequence > 1'000'000);
    }

    void requestsUnderWayAreChargedTheirLastProgress()
    {
        UsageRecord usage = usageNumber(1);
        m_journal->progress(usage, charge(10));
        usage.usage.completionTokens = 77;
        m_journal->progress(usage, charge(20));
        m_journal->progress(usageNumber(2), charge(5));
        m_journal->settle(usageNumber(2), charge(6));
        for (int restart = 0; restart < 3; ++restart)
            open(options());
        QVERIFY(drainAll());
        std::ranges::sort(m_taken, {}, [](const JournalEntry &entry) { return numberOf(entry.usage); });
        QCOMPARE(takenNumbers(), numbers(1, 2));
        usage.status = UsageStatus::Cancelled;
        usage.usage.isEstimated = true;
        QVERIFY(m_taken[0].usage == usage);
        QVERIFY(m_taken[0].charges == charge(20));
        QVERIFY(m_taken[1].usage == usageNumber(2));
        QVERIFY(m_taken[1].charges == charge(6));
        const qint64 applied
            = std::ranges::max(m_taken, {}, [](const JournalEntry &entry) { return entry.sequence; }).sequence;
        open(options(), applied);
        QCOMPARE(m_journal->state().backlog, 0U);
    }

    void progressSurvivesTheSegmentItLiesIn()
    {
        m_journal->progress(usageNumber(1), charge(42));
        settle(2, 2000);
        QVERIFY(drainAll());
        QTRY_VERIFY(fileCount() <= 2);
        const qint64 applied = m_taken.back().sequence;
        m_taken.clear();
        open(options(), applied);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 1));
        QVERIFY(m_taken[0].charges == charge(42));
    }

    void progressAloneDoesNotFillTheDisk()
    {
        JournalOptions few = options();
        few.maxSegments = 4;
        open(few);
        for (int i = 0; i < 5000; ++i)
            m_journal->progress(usageNumber(i % 5 + 1), charge(i));
        QTRY_VERIFY(m_journal->state().isOnDisk);
        QTRY_VERIFY(fileCount() <= 5);
        open(options());
        QVERIFY(drainAll());
        std::ranges::sort(m_taken, {}, [](const JournalEntry &entry) { return numberOf(entry.usage); });
        QCOMPARE(takenNumbers(), numbers(1, 5));
        for (int i = 0; i < 5; ++i)
            QVERIFY(m_taken[std::size_t(i)].charges == charge(4995 + i));
    }

    void progressIsVoidIfTheDatabaseIsAhead()
    {
        m_journal->progress(usageNumber(1), charge(42));
        open(options(), 1000);
        QCOMPARE(m_journal->state().backlog, 0U);
    }

    void fullDisk()
    {
        settle(1, 10);
        *m_disk.isFull = true;
        settle(11, 5000);
        m_journal->progress(usageNumber(5001), charge(3));
        const JournalState full = m_journal->state();
        QVERIFY(!full.isOnDisk);
        QVERIFY(full.inMemory > 1000);
        QCOMPARE(full.backlog, 5000U);
        QCOMPARE(full.lost, 0U);
        *m_disk.isFull = false;
        QTRY_VERIFY(m_journal->state().isOnDisk);
        QCOMPARE(m_journal->state().inMemory, 0U);
        open(options()); // all of it is in files
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 5001));
        QCOMPARE(m_taken.back().usage.status, UsageStatus::Cancelled);
    }

    void memoryIsReadWhileTheDiskIsFull()
    {
        *m_disk.isFull = true;
        settle(1, 3000);
        QVERIFY(m_journal->state().inMemory > 0);
        QVERIFY(drainAll());
        settle(3001, 4000);
        QVERIFY(QTest::qWaitFor([this] { return drain(); }));
        *m_disk.isFull = false;
        settle(4001, 5000);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 5000));
        QTRY_VERIFY(m_journal->state().isOnDisk);
    }

    void fullDiskAtTheStart()
    {
        *m_disk.isFull = true;
        open(options());
        QVERIFY(!m_journal->state().isOnDisk);
        settle(1, 10);
        *m_disk.isFull = false;
        QTRY_VERIFY(m_journal->state().isOnDisk);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 10));
    }

    void lossIsCounted()
    {
        *m_disk.isFull = true;
        JournalOptions small = options();
        small.maxInMemory = 100;
        open(small);
        settle(1, 150);
        const JournalState state = m_journal->state();
        QCOMPARE(state.lost, 50U);
        QCOMPARE(state.inMemory, 100U);
        QCOMPARE(state.backlog, 100U);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(51, 150));
    }

    void lossIsCountedUnderLoad()
    {
        *m_disk.isFull = true;
        JournalOptions small = options();
        small.maxInMemory = 50;
        open(small);
        std::atomic<int> running = 2;
        const auto serve = [this, &running](qint64 first) {
            settle(first, first + 4999);
            --running;
        };
        std::thread one(serve, 1);
        std::thread other(serve, 5001);
        while (running > 0)
            drain();
        one.join();
        other.join();
        QVERIFY(drainAll());
        QVERIFY(m_journal->state().lost > 0);
        QCOMPARE(m_taken.size() + m_journal->state().lost, 10'000U);
        auto found = takenNumbers();
        std::ranges::sort(found);
        QVERIFY(std::ranges::adjacent_find(found) == found.end());
    }

    void filesAreBounded()
    {
        JournalOptions few = options();
        few.maxSegments = 3;
        open(few);
        settle(1, 3000);
        QVERIFY(m_journal->state().inMemory > 0);
        QVERIFY(fileCount() <= 4);
        QVERIFY(drainAll());
        QCOMPARE(takenNumbers(), numbers(1, 3000));
        QTRY_VERIFY(m_journal->state().isOnDisk);
    }

    void aJournalOfANewerVersionIsRefused()
    {
        settle(1, 10);
        m_journal.reset();
        QByteArray payload = "\x7f of the future";
        auto segment = JournalSegment::create(path() + QStringLiteral("/900.journal"), 2 * maxJournalPayload);
        QVERIFY(segment && (*segment)->append(1'000'000, payload));
        const auto journal = UsageJournal::open(options());
        QVERIFY(!journal);
        QCOMPARE(journal.error().code, ErrorCode::Conflict);
    }

    void manyThreadsAndAReader()
    {
        constexpr int threadCount = 4;
        constexpr qint64 each = 5000;
        std::atomic<int> running = threadCount;
        std::vector<std::thread> threads;
        for (int thread = 0; thread < threadCount; ++thread) {
            threads.emplace_back([this, thread, &running] {
                for (qint64 i = 0; i < each; ++i) {
                    const qint64 number = thread * each + i;
                    if (number % 10 == 0)
                        m_journal->progress(usageNumber(number), charge(1));
                    m_journal->settle(usageNumber(number), charge(number));
                }
                --running;
            });
        }
        while (running > 0) {
            drain();
            *m_disk.isFull = !*m_disk.isFull;
        }
        for (std::thread &thread : threads)
            thread.join();
        *m_disk.isFull = false;
        QVERIFY(drainAll());
        QCOMPARE(m_taken.size(), std::size_t(threadCount * each));
        // Each thread's in its order, each once.
        std::array<qint64, threadCount> next{};
        for (const JournalEntry &entry : m_taken) {
            const qint64 number = numberOf(entry.usage);
            QCOMPARE(number % each, next[std::size_t(number / each)]++);
            QVERIFY(entry.usage == usageNumber(number));
        }
        QTRY_VERIFY(m_journal->state().isOnDisk);
    }

    void settlingIsCheap()
    {
        JournalOptions usual;
        usual.folder = path();
        open(usual);
        const UsageRecord usage = usageNumber(1);
        const DayCharges charges = charge(1);
        QBENCHMARK
        {
            for (int i = 0; i < 1000; ++i)
                m_journal->settle(usage, charges);
        }
    }
};

QTEST_GUILESS_MAIN(TestUsageJournal)
#include "tst_usagejournal.moc"
