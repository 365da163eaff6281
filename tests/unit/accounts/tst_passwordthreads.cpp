// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordthreads.h"
#include "shared/async/taskscope.h"
#include "shared/async/wait.h"

#include <QTest>

#include <atomic>
#include <latch>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

Result<void> wait(Task<void> task) { return QCoro::waitFor(std::move(task)); }

/// Work that has begun when told so, and ends when told to.
class Blocker
{
public:
    explicit Blocker(int count = 1) : m_running(count) { }

    [[nodiscard]] std::function<void()> work()
    {
        return [this] {
            m_running.count_down();
            m_mayEnd.wait();
        };
    }
    void awaitRunning() { m_running.wait(); }
    void end() { m_mayEnd.count_down(); }

private:
    std::latch m_running;
    std::latch m_mayEnd{1};
};

QCoro::Task<> countSuccess(Task<void> task, std::shared_ptr<int> successes)
{
    *successes += (co_await task).has_value();
}

}

class TestPasswordThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workRunsElsewhereAndResumesHere()
    {
        PasswordThreads threads(2, 4);
        const auto here = std::this_thread::get_id();
        auto there = here;
        QVERIFY(wait(threads.run([&there] { there = std::this_thread::get_id(); }, {})));
        QVERIFY(there != here);
        QCOMPARE(std::this_thread::get_id(), here);
    }

    void asManyAtOnceAsThreads()
    {
        PasswordThreads threads(2, 100);
        std::atomic<int> running = 0;
        std::atomic<int> peak = 0;
        const auto work = [&running, &peak] {
            int seen = peak;
            const int now = ++running;
            while (now > seen && !peak.compare_exchange_weak(seen, now)) { }
            std::this_thread::yield();
            --running;
        };
        Blocker blocker(2); // both threads do take work
        const auto successes = std::make_shared<int>(0);
        TaskScope scope;
        for (int i = 0; i < 2; ++i) {
            scope.spawn(countSuccess(threads.run(
                                         [&work, wait = blocker.work()] {
                                             wait();
                                             work();
                                         },
                                         {}),
                                     successes));
        }
        blocker.awaitRunning();
        for (int i = 0; i < 100; ++i)
            scope.spawn(countSuccess(threads.run(work, {}), successes));
        blocker.end();
        QCoro::waitFor(scope.join());
        QCOMPARE(*successes, 102);
        QVERIFY(peak >= 1);
        QVERIFY(peak <= 2);
    }

    void theQueueIsBounded()
    {
        PasswordThreads threads(1, 2);
        Blocker blocker;
        auto running = threads.run(blocker.work(), {});
        blocker.awaitRunning();
        auto first = threads.run([] { }, {});
        auto second = threads.run([] { }, {});
        const Result<void> third = wait(threads.run([] { }, {}));
        QCOMPARE(third.error().code, ErrorCode::Unavailable);
        QCOMPARE(third.error().reason, QStringLiteral("sign_in_busy"));
        QCOMPARE(third.error().retryAfter, 2s);
        blocker.end();
        QVERIFY(wait(std::move(running)));
        QVERIFY(wait(std::move(first)));
        QVERIFY(wait(std::move(second)));
    }

    void stopAndDeadlineEndTheWaitingAndFreeItsPlace()
    {
        PasswordThreads threads(1, 2);
        Blocker blocker;
        auto running = threads.run(blocker.work(), {});
        blocker.awaitRunning();
        std::stop_source stop;
        RequestContext stoppable;
        stoppable.stop = stop.get_token();
        RequestContext limited;
        limited.deadline = std::chrono::steady_clock::now() + 5ms;
        std::atomic<int> ran = 0;
        const auto work = [&ran] { ++ran; };
        auto stopped = threads.run(work, stoppable);
        auto late = threads.run(work, limited);
        QCOMPARE(wait(threads.run(work, {})).error().code, ErrorCode::Unavailable);
        stop.request_stop();
        QCOMPARE(wait(std::move(stopped)).error().code, ErrorCode::Cancelled);
        QCOMPARE(wait(std::move(late)).error().code, ErrorCode::Timeout);
        // Both places are free although the only thread is busy still.
        auto first = threads.run(work, {});
        auto second = threads.run(work, {});
        QCOMPARE(wait(threads.run(work, stoppable)).error().code, ErrorCode::Cancelled);
        QCOMPARE(ran.load(), 0);
        blocker.end();
        QVERIFY(wait(std::move(running)));
        QVERIFY(wait(std::move(first)));
        QVERIFY(wait(std::move(second)));
        QCOMPARE(ran.load(), 2);
    }

    /// The thread finds out by itself where the caller's loop has not come to it.
    void whatWasStoppedBeforeItsTurnIsNotDone()
    {
        PasswordThreads threads(1, 2);
        Blocker blocker;
        auto running = threads.run(blocker.work(), {});
        blocker.awaitRunning();
        std::stop_source stop;
        RequestContext stoppable;
        stoppable.stop = stop.get_token();
        RequestContext limited;
        limited.deadline = std::chrono::steady_clock::now();
        bool isRun = false;
        auto stopped = threads.run([&isRun] { isRun = true; }, stoppable);
        auto late = threads.run([&isRun] { isRun = true; }, limited);
        stop.request_stop();
        blocker.end();
        QCOMPARE(wait(std::move(stopped)).error().code, ErrorCode::Cancelled);
        QCOMPARE(wait(std::move(late)).error().code, ErrorCode::Timeout);
        QVERIFY(wait(std::move(running)));
        QVERIFY(!isRun);
    }

    void whatHasBegunIsFinished()
    {
        PasswordThreads threads(1, 2);
        Blocker blocker;
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto task = threads.run(blocker.work(), context);
        blocker.awaitRunning();
        stop.request_stop();
        QCoreApplication::processEvents();
        QVERIFY(!task.isReady());
        blocker.end();
        QVERIFY(wait(std::move(task)));
    }

    void workIsDestroyedBeforeTheCallerContinues()
    {
        PasswordThreads threads(1, 2);
        auto held = std::make_shared<int>(1);
        const std::weak_ptr<int> watch = held;
        auto task = threads.run([held = std::move(held)] { }, {});
        QVERIFY(wait(std::move(task)));
        QVERIFY(watch.expired());
    }

    void theEndRefusesWhatWaits()
    {
        auto threads = std::make_unique<PasswordThreads>(1, 4);
        Blocker blocker;
        auto running = threads->run(blocker.work(), {});
        blocker.awaitRunning();
        bool isRun = false;
        auto waiting = threads->run([&isRun] { isRun = true; }, {});
        std::thread ending([&threads] { threads.reset(); });
        // The refusal is sent before the thread is joined, and that ends only when the blocker does.
        QCOMPARE(wait(std::move(waiting)).error().code, ErrorCode::Unavailable);
        blocker.end();
        ending.join();
        QVERIFY(wait(std::move(running)));
        QVERIFY(!isRun);
    }
};

QTEST_GUILESS_MAIN(TestPasswordThreads)
#include "tst_passwordthreads.moc"
