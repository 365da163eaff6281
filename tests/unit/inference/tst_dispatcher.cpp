// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/dispatcher.h"
#include "shared/async/mailbox.h"
#include "shared/async/taskscope.h"
#include "shared/async/wait.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QCoro/QCoroTask>
#include <QTest>
#include <QThread>

#include <atomic>
#include <thread>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

namespace {

RequestContext stoppable(const std::stop_source &stop)
{
    RequestContext context;
    context.stop = stop.get_token();
    return context;
}

Result<Lease> runTask(Task<Lease> task) { return QCoro::waitFor(std::move(task)); }

/// What all threads of the stress test share.
struct Stress {
    SystemClock clock;
    Dispatcher dispatcher{clock, settings()};
    std::atomic<int> inFlight[3] = {};
    std::atomic<int> granted = 0;
    std::atomic<int> queued = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> ended = 0;
    std::atomic<bool> isOvercommitted = false;

    static SchedulerSettings settings()
    {
        SchedulerSettings settings;
        settings.maxBatchWait = 20ms;
        settings.reviewInterval = 5ms;
        settings.breaker.firstOpen = 1ms;
        settings.breaker.longestOpen = 2ms;
        return settings;
    }
};

constexpr int stressParallel = 2;

ServerSnapshot stressServers(int down)
{
    std::vector<Sim> sims;
    for (int i = 0; i < 3; ++i) {
        Sim sim = Sim(QString::number(i)).parallel(stressParallel).vram(12).has(u"m"_s).has(u"n"_s);
        sim.probedAt(std::chrono::steady_clock::now());
        if (i == down)
            sim.down();
        sims.push_back(sim);
    }
    return snapshot(sims);
}

void finish(Lease lease, quint32 dice)
{
    if (dice % 5 == 0)
        lease.fail(dice % 2 ? NodeFault::Node : NodeFault::Model);
    else if (dice % 5 < 3)
        lease.succeed(served());
}

QCoro::Task<> stressCall(Stress *stress, quint32 dice, RequestContext context)
{
    LeaseRequest request = ask(dice % 3 ? u"m"_s : u"n"_s, dice % 7);
    request.priority = Priority(dice / 16 % priorityCount);
    std::stop_source early;
    if (dice % 11 == 0)
        context = context.withStop(early.get_token());
    else if (dice % 13 == 0)
        context = context.withDeadline(std::chrono::steady_clock::now() + 1ms);
    auto task = stress->dispatcher.acquire(request, context);
    if (!task.isReady())
        ++stress->queued;
    if (dice % 11 == 0)
        early.request_stop();
    auto lease = co_await task;
    if (lease) {
        ++stress->granted;
        std::atomic<int> &count = stress->inFlight[lease->server().config.name.value().toInt()];
        if (++count > stressParallel)
            stress->isOvercommitted = true;
        if (dice % 3 == 0)
            (void)co_await sleepFor(1ms, context);
        --count;
        if (dice % 17 == 0)
            std::jthread(&finish, *std::move(lease), dice).join();
        else
            finish(*std::move(lease), dice);
    } else {
        ++stress->refused;
    }
    ++stress->ended;
}

QCoro::Task<> stressThread(Stress *stress, quint32 seed, int calls)
{
    QRandomGenerator random(seed);
    TaskScope scope;
    RequestContext context;
    context.stop = scope.token();
    for (int i = 0; i < calls; ++i) {
        scope.spawn(stressCall(stress, random.generate(), context));
        while (scope.size() >= 40)
            (void)co_await sleepFor(1ms, context);
    }
    co_await scope.join();
}

QCoro::Task<> acquireOften(Dispatcher *dispatcher, int rounds)
{
    const LeaseRequest request = ask(u"m0"_s);
    for (int i = 0; i < rounds; ++i) {
        auto lease = co_await dispatcher->acquire(request, {});
        lease->succeed(served());
    }
}

}

class TestDispatcher : public QObject
{
    Q_OBJECT

    FakeClock m_clock;

private Q_SLOTS:
    void grantsAtOnce()
    {
        Dispatcher dispatcher(m_clock);
        QCOMPARE(dispatcher.servers()->size(), 0);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        QCOMPARE(dispatcher.servers()->size(), 1);
        auto task = dispatcher.acquire(ask(u"m"_s), {});
        QVERIFY(task.isReady());
        const auto lease = runTask(std::move(task));
        QVERIFY(lease->isHeld());
        QCOMPARE(lease->server().config.name.value(), u"a"_s);
        QCOMPARE(lease->queueWait(), 0us);
        QCOMPARE(runTask(dispatcher.acquire(ask(u"x"_s), {})).error().code, ErrorCode::NotFound);
    }

    void leasesAreGivenBackOnce()
    {
        Dispatcher dispatcher(m_clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s).parallel(3)}));
        const auto inFlight = [&] { return dispatcher.stats().inFlight; };
        auto first = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        auto second = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        auto third = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        QCOMPARE(inFlight(), 3);
        first.succeed(served());
        first.fail(NodeFault::Node);
        first.release();
        QCOMPARE(inFlight(), 2);
        second = std::move(third);
        QCOMPARE(inFlight(), 1);
        QVERIFY(second.isHeld() && !third.isHeld());
        second = Lease();
        QCOMPARE(inFlight(), 0);
        const ServerStats server = dispatcher.stats().servers[0];
        QCOMPARE(server.served, 1u);
        QCOMPARE(server.faults, 0u);
    }

    void leasesMayOutliveTheDispatcher()
    {
        auto dispatcher = std::make_unique<Dispatcher>(m_clock);
        dispatcher->publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        auto lease = *runTask(dispatcher->acquire(ask(u"m"_s), {}));
        dispatcher.reset();
        QCOMPARE(lease.model().name, u"m"_s);
        lease.succeed(served());
    }

    void waitingCallsAreResumedAndMeasured()
    {
        Dispatcher dispatcher(m_clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        auto waiting = dispatcher.acquire(ask(u"m"_s), {});
        QVERIFY(!waiting.isReady());
        QCOMPARE(dispatcher.stats().waiting, 1);
        m_clock.advance(70ms);
        running.release();
        QVERIFY(!waiting.isReady()); // only from its event loop
        const auto lease = runTask(std::move(waiting));
        QCOMPARE(lease->queueWait(), 70ms);
        QCOMPARE(dispatcher.stats().waiting, 0);
    }

    void aStoppedCallLeavesTheQueue()
    {
        Dispatcher dispatcher(m_clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        const auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        std::stop_source stop;
        auto waiting = dispatcher.acquire(ask(u"m"_s), stoppable(stop));
        stop.request_stop();
        QCOMPARE(runTask(std::move(waiting)).error().code, ErrorCode::Cancelled);
        QCOMPARE(dispatcher.stats().waiting, 0);
        QCOMPARE(runTask(dispatcher.acquire(ask(u"m"_s), stoppable(stop))).error().code, ErrorCode::Cancelled);
    }

    // The grant is on its way when the caller stops: it must not be lost.
    void stopAndGrantMeet()
    {
        Dispatcher dispatcher(m_clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        for (const bool isStopFirst : {true, false}) {
            auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
            std::stop_source stop;
            auto waiting = dispatcher.acquire(ask(u"m"_s), stoppable(stop));
            if (isStopFirst)
                stop.request_stop();
            running.release();
            if (!isStopFirst)
                stop.request_stop();
            {
                const auto result = runTask(std::move(waiting));
                QCOMPARE(result.has_value(), !isStopFirst);
            }
            QCoreApplication::sendPostedEvents();
            QCOMPARE(dispatcher.stats().inFlight, 0);
        }
    }

    void theDeadlineEndsWaiting()
    {
        const SystemClock clock;
        Dispatcher dispatcher(clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        const auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        RequestContext context;
        context.deadline = clock.steady() + 5ms;
        QCOMPARE(runTask(dispatcher.acquire(ask(u"m"_s), context)).error().code, ErrorCode::Timeout);
        QCOMPARE(runTask(dispatcher.acquire(ask(u"m"_s), context)).error().code, ErrorCode::Timeout); // past at once
        QCOMPARE(dispatcher.stats().waiting, 0);
    }

    void lostServersEndWaiting()
    {
        Dispatcher dispatcher(m_clock);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s)}));
        const auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        auto waiting = dispatcher.acquire(ask(u"m"_s), {});
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s).down()}));
        QCOMPARE(runTask(std::move(waiting)).error().code, ErrorCode::Unavailable);
    }

    void timeAloneDecidesToo()
    {
        SchedulerSettings settings;
        settings.reviewInterval = 1ms;
        Dispatcher dispatcher(m_clock, settings);
        dispatcher.publish(snapshot({Sim(u"a"_s).has(u"m"_s).priority(9), Sim(u"b"_s).has(u"m"_s).parallel(3)}));
        const auto running = *runTask(dispatcher.acquire(ask(u"m"_s), {}));
        std::vector<Lease> failing;
        for (int i = 0; i < 3; ++i)
            failing.push_back(*runTask(dispatcher.acquire(ask(u"m"_s), {})));
        for (Lease &lease : failing)
            lease.fail(NodeFault::Node);
        auto waiting = dispatcher.acquire(ask(u"m"_s), {});
        QCoreApplication::processEvents();
        QVERIFY(!waiting.isReady());
        m_clock.advance(2s); // the breaker of b lets one call through again; nothing else happens
        const auto lease = runTask(std::move(waiting));
        QCOMPARE(lease->server().config.name.value(), u"b"_s);
    }

    // Threads with event loops of their own acquire, wait, cancel, time out and give back, some on foreign threads,
    // while servers come and go.
    void manyThreads()
    {
        const quint32 seed = testSeed(4001);
        Stress stress;
        stress.dispatcher.publish(stressServers(-1));
        constexpr int threads = 4;
        constexpr int calls = 1500;
        std::atomic<int> running = threads;
        std::vector<std::unique_ptr<QThread>> pool;
        for (quint32 i = 0; i < threads; ++i) {
            pool.emplace_back(QThread::create([&stress, &running, seed, i] {
                QCoro::waitFor(stressThread(&stress, seed + i, calls));
                Mailbox::retire();
                --running;
            }));
            pool.back()->start();
        }
        for (int round = 0; running > 0; ++round) {
            stress.dispatcher.publish(stressServers(round % 6 - 1));
            QVERIFY(stress.dispatcher.stats().servers.size() == 3);
            QTest::qWait(3);
        }
        for (const auto &thread : pool)
            thread->wait();
        qInfo("granted %d (queued at first %d), refused %d", int(stress.granted), int(stress.queued),
              int(stress.refused));
        QVERIFY(!stress.isOvercommitted);
        QCOMPARE(int(stress.ended), threads * calls);
        QVERIFY(stress.granted > calls && stress.queued > calls / 10);
        const SchedulerStats stats = stress.dispatcher.stats();
        QCOMPARE(stats.inFlight, 0);
        QCOMPARE(stats.waiting, 0);
    }

    void speedOfTheFastPath()
    {
        const SystemClock clock;
        Dispatcher dispatcher(clock);
        std::vector<Sim> sims;
        for (int i = 0; i < 6; ++i) {
            Sim sim = Sim(u"n%1"_s.arg(i)).parallel(4).loaded(u"m0"_s);
            for (int each = 0; each < 10; ++each)
                sim.has(u"m%1"_s.arg(each));
            sims.push_back(sim);
        }
        dispatcher.publish(snapshot(sims));
        constexpr int rounds = 200'000;
        const auto start = clock.steady();
        QCoro::waitFor(acquireOften(&dispatcher, rounds));
        const std::chrono::duration<double, std::nano> spent = clock.steady() - start;
        qInfo("acquire and release: %.0f ns, 6 servers", spent.count() / rounds);
        QCOMPARE(dispatcher.stats().servers[0].served, quint64(rounds));
        QCOMPARE(dispatcher.stats().inFlight, 0);
    }
};

QTEST_GUILESS_MAIN(TestDispatcher)
#include "tst_dispatcher.moc"
