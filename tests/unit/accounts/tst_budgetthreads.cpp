// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/budgetaccount.h"

#include <QTest>

#include <time.h>

#include <atomic>
#include <latch>
#include <random>
#include <thread>
#include <vector>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const Clock::System start = std::chrono::sys_days(2024y / 2 / 28) + 22h;

/// Time this thread has computed, whatever else the machine does.
double cpuNanoseconds()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
}

}

class TestBudgetThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void budgetForTenLetsTenThrough_data()
    {
        QTest::addColumn<bool>("isSettledAtOnce");
        QTest::newRow("all under way together") << false;
        QTest::newRow("each settled at once") << true;
    }
    void budgetForTenLetsTenThrough()
    {
        QFETCH(const bool, isSettledAtOnce);
        constexpr int threadCount = 20;
        constexpr qint64 tokens = 700;
        const auto account = BudgetAccount::create({{}, 10 * tokens, {}});
        std::vector<std::vector<BudgetReservation>> admitted(threadCount);
        std::latch ready(threadCount);
        std::vector<std::jthread> threads;
        for (auto &mine : admitted) {
            threads.emplace_back([&] {
                ready.arrive_and_wait();
                for (int i = 0; i < 1000 / threadCount; ++i) {
                    if (auto reservation = account->reserve(tokens, start)) {
                        if (isSettledAtOnce)
                            reservation->settle(tokens, start);
                        mine.push_back(*std::move(reservation));
                    }
                }
            });
        }
        threads.clear();
        std::size_t count = 0;
        for (auto &mine : admitted) {
            count += mine.size();
            for (BudgetReservation &reservation : mine)
                reservation.settle(isSettledAtOnce ? 0 : tokens, start);
        }
        QCOMPARE(count, 10U);
        QCOMPARE(account->use(start).month, 10 * tokens);
        QCOMPARE(account->state(start).monthly.reserved, 0);
    }

    /// Requests with wrong estimates on several threads, over many midnights, while limits are raised and one thread
    /// looks on: no limit is ever seen exceeded, and no charge is lost.
    void threadsAgree()
    {
        constexpr int workers = 4;
        constexpr int rounds = 5000;
        const auto account = BudgetAccount::create({2000, 20'000, {}});
        std::atomic<Clock::System::rep> now = start.time_since_epoch().count();
        std::atomic<qint64> charged = 0;
        std::atomic<int> mistakes = 0;
        std::atomic<int> refused = 0;
        const auto time = [&now] { return Clock::System(Clock::System::duration(now)); };
        const auto work = [&](unsigned seed) {
            std::mt19937 random(seed);
            for (int round = 0; round < rounds; ++round) {
                now += Clock::System::duration(1min).count();
                auto reservation = account->reserve(random() % 300, time());
                refused += !reservation;
                if (!reservation)
                    continue;
                charged += reservation->charge(random() % 200, time()).tokens;
                if (random() % 2)
                    (void)reservation->extend(random() % 200, time());
                if (random() % 4)
                    charged += reservation->settle(random() % 300, time()).tokens;
            }
        };
        std::atomic<bool> isDone = false;
        std::jthread watcher([&] {
            for (qint64 raised = 0; !isDone; ++raised) {
                account->setLimits({2000 + std::min<qint64>(raised, 500), 20'000, {}});
                const BudgetState state = account->state(time());
                for (const BudgetLine &line : {state.daily, state.monthly})
                    mistakes += line.used + line.reserved > *line.limit;
            }
        });
        {
            std::vector<std::jthread> threads;
            for (unsigned seed = 1; seed <= workers; ++seed)
                threads.emplace_back(work, seed);
        }
        isDone = true;
        watcher.join();
        QCOMPARE(mistakes.load(), 0);
        QVERIFY(refused > 0);
        QCOMPARE(account->use(time()).total, charged.load());
        QCOMPARE(account->state(time()).total.reserved, 0);
    }

    void reserveAndSettleAreCheap()
    {
        constexpr int calls = 200'000;
        const auto account = BudgetAccount::create({calls, {}, MaxBudgetLimit});
        const double before = cpuNanoseconds();
        for (int i = 0; i < calls; ++i) {
            if (auto reservation = account->reserve(1, start))
                reservation->settle(1, start);
        }
        qInfo("reserve and settle: %.0f ns of CPU", (cpuNanoseconds() - before) / calls);
        QCOMPARE(account->use(start).today, calls);
    }
};

QTEST_APPLESS_MAIN(TestBudgetThreads)
#include "tst_budgetthreads.moc"
