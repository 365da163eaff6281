// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/scheduler.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

namespace {

/// A scheduler with its clock and shorthands.
struct Bench {
    FakeClock clock;
    Scheduler scheduler;

    explicit Bench(const std::vector<Sim> &sims, SchedulerSettings settings = {}) : scheduler(settings)
    {
        scheduler.publish(snapshot(sims), now());
    }
    [[nodiscard]] Clock::Steady now() const { return clock.steady(); }
    Scheduler::Submitted submit(const LeaseRequest &request) { return scheduler.submit(request, now()); }
    /// The server's name, "queued" or the error's code.
    QString outcome(const LeaseRequest &request) { return describe(submit(request)); }
    Grant granted(const LeaseRequest &request) { return std::get<Grant>(submit(request)); }
    Ticket queued(const LeaseRequest &request) { return std::get<Scheduler::Queued>(submit(request)).ticket; }
    Error refused(const LeaseRequest &request) { return std::get<Error>(submit(request)); }
    void release(const Grant &grant, const LeaseOutcome &outcome = served())
    {
        scheduler.release(grant, outcome, now());
    }
    void pass(std::chrono::milliseconds duration)
    {
        clock.advance(duration);
        scheduler.review(now());
    }
    static QString describe(const Scheduler::Submitted &submitted)
    {
        if (const auto *grant = std::get_if<Grant>(&submitted))
            return grant->server->config.name.value();
        if (const auto *error = std::get_if<Error>(&submitted))
            return errorCodeName(error->code);
        return u"queued"_s;
    }
};

LeaseRequest pinned(const QString &name, const QString &server)
{
    LeaseRequest request = ask(name);
    request.server = ServerId(server);
    return request;
}

LeaseRequest without(const QString &name, const QStringList &servers)
{
    LeaseRequest request = ask(name);
    for (const QString &server : servers)
        request.excluded.push_back(ServerId(server));
    return request;
}

}

class TestScheduler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void prefersWhatAnswersSoonest_data()
    {
        QTest::addColumn<int>("idleLoaded");
        QTest::addColumn<QString>("expected");
        // Every server that is better than the expected one is left out of the candidates.
        QTest::newRow("loaded and idle") << 0 << u"idle"_s;
        QTest::newRow("loaded and busy") << 1 << u"busy"_s;
        QTest::newRow("fits beside") << 2 << u"beside"_s;
        QTest::newRow("displaces another") << 3 << u"swap"_s;
    }
    void prefersWhatAnswersSoonest()
    {
        QFETCH(int, idleLoaded);
        QFETCH(QString, expected);
        Bench bench({Sim(u"swap"_s).has(u"m"_s).has(u"x"_s).vram(8).loaded(u"x"_s),
                     Sim(u"beside"_s).has(u"m"_s).has(u"x"_s).vram(24).loaded(u"x"_s),
                     Sim(u"busy"_s).has(u"m"_s).vram(24).loaded(u"m"_s).parallel(2),
                     Sim(u"idle"_s).has(u"m"_s).vram(24).loaded(u"m"_s).parallel(2)});
        const Grant running = bench.granted(pinned(u"m"_s, u"busy"_s));
        const QStringList better{u"idle"_s, u"busy"_s, u"beside"_s};
        QCOMPARE(bench.outcome(without(u"m"_s, better.first(idleLoaded))), expected);
        bench.release(running);
    }

    void measuredSpeedPriorityAndPrefixCorrect()
    {
        Bench bench(
            {Sim(u"a"_s).has(u"m"_s).loaded(u"m"_s).parallel(4), Sim(u"b"_s).has(u"m"_s).loaded(u"m"_s).parallel(4)});
        bench.release(bench.granted(pinned(u"m"_s, u"a"_s)), served(2s, 30s, 100));
        bench.release(bench.granted(pinned(u"m"_s, u"b"_s)), served(200ms, 2s, 100));
        QCOMPARE(bench.outcome(ask(u"m"_s)), u"b"_s);

        Bench equal({Sim(u"a"_s).has(u"m"_s).loaded(u"m"_s).parallel(4),
                     Sim(u"b"_s).has(u"m"_s).loaded(u"m"_s).parallel(4).priority(5)});
        QCOMPARE(equal.outcome(ask(u"m"_s)), u"b"_s);

        Bench sticky(
            {Sim(u"a"_s).has(u"m"_s).loaded(u"m"_s).parallel(4), Sim(u"b"_s).has(u"m"_s).loaded(u"m"_s).parallel(4)});
        LeaseRequest conversation = pinned(u"m"_s, u"b"_s);
        conversation.affinity = 4711;
        sticky.release(sticky.granted(conversation), {});
        conversation.server.reset();
        QCOMPARE(sticky.outcome(conversation), u"b"_s);
        conversation.affinity = 4712;
        QCOMPARE(sticky.outcome(conversation), u"a"_s);
    }

    void namesMatchAsOllamaReadsThem()
    {
        Bench bench({Sim(u"a"_s).has(u"m:latest"_s)});
        const Grant grant = bench.granted(ask(u"m"_s));
        QCOMPARE(grant.model->name, u"m:latest"_s);
        QVERIFY(grant.isCold);
        bench.release(grant);
        QVERIFY(!bench.granted(ask(u"m:latest"_s)).isCold);
        QCOMPARE(bench.outcome(ask(u"m:4b"_s)), u"not_found"_s);
    }

    void refusesWhatNobodyCanServe()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s), Sim(u"off"_s).has(u"lost"_s).down(),
                     Sim(u"small"_s).has(u"huge"_s, 40 * gigabyte).vram(8)});
        const Error unknown = bench.refused(ask(u"nothing"_s));
        QCOMPARE(unknown.code, ErrorCode::NotFound);
        QCOMPARE(unknown.reason, u"model_not_found"_s);
        QCOMPARE(unknown.param, u"model"_s);
        QCOMPARE(bench.refused(pinned(u"m"_s, u"off"_s)).code, ErrorCode::NotFound);
        const Error lost = bench.refused(ask(u"lost"_s));
        QCOMPARE(lost.code, ErrorCode::Unavailable);
        QVERIFY(lost.retryAfter.has_value());
        QCOMPARE(bench.refused(ask(u"huge"_s)).reason, u"insufficient_vram"_s);
        QCOMPARE(bench.refused(without(u"m"_s, {u"a"_s})).code, ErrorCode::Unavailable);
        // A server nobody has reached yet may well have it.
        Bench fresh({Sim(u"a"_s).down()});
        QCOMPARE(fresh.refused(ask(u"m"_s)).code, ErrorCode::Unavailable);
        QCOMPARE(Bench({}).refused(ask(u"m"_s)).code, ErrorCode::Unavailable);
    }

    void assignedModelsAreBinding()
    {
        Sim only = Sim(u"a"_s).has(u"m"_s).has(u"n"_s);
        only.server.config.assignedModels = {u"m"_s};
        Sim away = Sim(u"b"_s).down();
        away.server.config.assignedModels = {u"p"_s};
        Bench bench({only, away});
        QCOMPARE(bench.outcome(ask(u"m"_s)), u"a"_s);
        QCOMPARE(bench.outcome(ask(u"n"_s)), u"not_found"_s);
        QCOMPARE(bench.outcome(ask(u"p"_s)), u"unavailable"_s);
    }

    void disabledServersDoNotCount()
    {
        Sim off = Sim(u"a"_s).has(u"m"_s);
        off.server.config.isEnabled = false;
        Bench bench({off, Sim(u"b"_s).has(u"n"_s)});
        QCOMPARE(bench.outcome(ask(u"m"_s)), u"not_found"_s);
    }

    void neverMoreThanParallel()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s).has(u"n"_s).parallel(2)});
        const Grant first = bench.granted(ask(u"m"_s));
        const Grant second = bench.granted(ask(u"n"_s));
        const Ticket ticket = bench.queued(ask(u"m"_s));
        QVERIFY(bench.scheduler.takeDecisions().empty());
        bench.release(first);
        auto decisions = bench.scheduler.takeDecisions();
        QCOMPARE(decisions.size(), 1u);
        QCOMPARE(decisions[0].ticket, ticket);
        QVERIFY(decisions[0].outcome.has_value());
        bench.release(second);
        QCOMPARE(bench.scheduler.stats(bench.now()).inFlight, 1);
    }

    void fullQueueIsRefusedWithADelay()
    {
        SchedulerSettings settings;
        settings.queueLimit = 3;
        settings.queueLimitPerKey = 2;
        Bench bench({Sim(u"a"_s).has(u"m"_s)}, settings);
        (void)bench.granted(ask(u"m"_s, 1));
        (void)bench.queued(ask(u"m"_s, 1));
        (void)bench.queued(ask(u"m"_s, 1));
        const Error greedy = bench.refused(ask(u"m"_s, 1));
        QCOMPARE(greedy.code, ErrorCode::RateLimited);
        QVERIFY(greedy.retryAfter.value() >= 1s);
        const auto submitted = bench.submit(ask(u"m"_s, 2));
        QCOMPARE(std::get<Scheduler::Queued>(submitted).position, 2);
        QCOMPARE(bench.refused(ask(u"m"_s, 3)).code, ErrorCode::RateLimited);
        QCOMPARE(bench.scheduler.stats(bench.now()).refused, 2u);
        QCOMPARE(bench.scheduler.stats(bench.now()).queues.value(0).waiting, 3);
    }

    void fastFailuresNeverLookIdle()
    {
        Bench bench({Sim(u"bad"_s).has(u"m"_s).loaded(u"m"_s).priority(3),
                     Sim(u"good"_s).has(u"m"_s).loaded(u"m"_s).parallel(8)});
        const Grant first = bench.granted(ask(u"m"_s));
        QCOMPARE(first.server->config.name.value(), u"bad"_s);
        bench.clock.advance(1ms);
        bench.release(first, NodeFault::Node);
        for (int i = 0; i < 6; ++i)
            QCOMPARE(bench.outcome(ask(u"m"_s)), u"good"_s);
    }

    void modelFaultsDoNotCloseTheNode()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s).has(u"n"_s)});
        for (int i = 0; i < 5; ++i)
            bench.release(bench.granted(ask(u"m"_s)), NodeFault::Model);
        QCOMPARE(bench.scheduler.stats(bench.now()).servers[0].breaker, BreakerState::Closed);
        QVERIFY(bench.granted(ask(u"m"_s)).isCold); // a load that failed loaded nothing
    }

    void breakerOpensAndProbes()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s).parallel(4)});
        for (int i = 0; i < 50; ++i)
            bench.release(bench.granted(ask(u"m"_s)), {}); // clients that hang up
        std::vector<Grant> grants;
        for (int i = 0; i < 4; ++i)
            grants.push_back(bench.granted(ask(u"m"_s)));
        const Ticket ticket = bench.queued(ask(u"m"_s));
        for (int i = 0; i < 3; ++i)
            bench.release(grants[size_t(i)], NodeFault::Node);
        // The waiting call took the first slot that came free; now the breaker is open.
        const auto decisions = bench.scheduler.takeDecisions();
        QCOMPARE(decisions.size(), 1u);
        QCOMPARE(decisions[0].ticket, ticket);
        const Error error = bench.refused(ask(u"m"_s));
        QCOMPARE(error.code, ErrorCode::Unavailable);
        QCOMPARE(error.retryAfter.value(), 2s);
        bench.pass(2s);
        const Grant aborted = bench.granted(ask(u"m"_s));
        QVERIFY(aborted.isProbe);
        bench.release(aborted, {}); // proves nothing
        const Grant probe = bench.granted(ask(u"m"_s));
        QVERIFY(probe.isProbe);
        const Ticket behind = bench.queued(ask(u"m"_s)); // one call only
        bench.release(probe);
        QCOMPARE(bench.scheduler.takeDecisions().at(0).ticket, behind);
        QCOMPARE(bench.scheduler.stats(bench.now()).servers[0].breaker, BreakerState::Closed);
    }

    void sameModelIsBatchedBeforeASwap()
    {
        Bench bench({Sim(u"a"_s).has(u"x"_s).has(u"y"_s).vram(8).loaded(u"x"_s)});
        Grant running = bench.granted(ask(u"x"_s));
        (void)bench.queued(ask(u"y"_s, 2));
        for (int i = 0; i < 3; ++i)
            (void)bench.queued(ask(u"x"_s, 3));
        QStringList order;
        for (int i = 0; i < 4; ++i) {
            bench.pass(1s);
            bench.release(running);
            const auto decisions = bench.scheduler.takeDecisions();
            QCOMPARE(decisions.size(), 1u);
            running = *decisions[0].outcome;
            order.push_back(running.model->name);
        }
        QCOMPARE(order, QStringList({u"x"_s, u"x"_s, u"x"_s, u"y"_s}));
        QCOMPARE(bench.scheduler.stats(bench.now()).servers[0].swaps, 1u);
    }

    void batchesEndAfterAMaximumWait()
    {
        Bench bench({Sim(u"a"_s).has(u"x"_s).has(u"y"_s).vram(8).loaded(u"x"_s).parallel(2)});
        std::vector<Grant> running{bench.granted(ask(u"x"_s)), bench.granted(ask(u"x"_s))};
        const Ticket other = bench.queued(ask(u"y"_s, 2));
        const auto start = bench.now();
        bool isServed = false;
        while (!isServed && bench.now() - start < 60s) {
            (void)bench.submit(ask(u"x"_s, 3)); // never runs dry
            bench.pass(500ms);
            if (!running.empty()) {
                bench.release(running.front());
                running.erase(running.begin());
            }
            for (auto &decision : bench.scheduler.takeDecisions()) {
                isServed = isServed || decision.ticket == other;
                running.push_back(*decision.outcome);
            }
        }
        QVERIFY(isServed);
        QVERIFY2(bench.now() - start <= 7s, "the batch has to end after 5 s, and two calls have to finish");
    }

    void twoOverdueModelsDoNotThrash()
    {
        Bench bench({Sim(u"a"_s).has(u"x"_s).has(u"y"_s).vram(8).loaded(u"x"_s)});
        std::vector<Grant> running{bench.granted(ask(u"x"_s))};
        int calls = 0;
        for (int step = 0; step < 600; ++step) { // 5 minutes, a call takes 500 ms
            (void)bench.submit(ask(u"x"_s, 1));
            (void)bench.submit(ask(u"y"_s, 2));
            bench.pass(500ms);
            bench.release(std::exchange(running, {}).at(0));
            for (auto &decision : bench.scheduler.takeDecisions())
                running.push_back(*decision.outcome);
            QCOMPARE(running.size(), 1u);
            ++calls;
        }
        const quint64 swaps = bench.scheduler.stats(bench.now()).servers[0].swaps;
        QVERIFY2(swaps >= 20 && swaps <= 62, qPrintable(QString::number(swaps)));
    }

    void aLongQueueStartsAnotherServer()
    {
        const qint64 large = 30 * gigabyte; // loading takes half a minute
        Bench bench({Sim(u"warm"_s).has(u"m"_s, large).loaded(u"m"_s), Sim(u"cold"_s).has(u"m"_s, large)});
        const Grant first = bench.granted(ask(u"m"_s));
        QCOMPARE(first.server->config.name.value(), u"warm"_s);
        const Ticket head = bench.queued(ask(u"m"_s, 2));
        QVERIFY(bench.scheduler.takeDecisions().empty()); // waiting is shorter than loading
        std::vector<Scheduler::Decision> decisions;
        for (qint64 key = 3; decisions.empty() && key < 9; ++key) {
            (void)bench.queued(ask(u"m"_s, key)); // who comes later does not overtake
            decisions = bench.scheduler.takeDecisions();
        }
        QCOMPARE(decisions.size(), 1u);
        QCOMPARE(decisions[0].ticket, head);
        QCOMPARE(decisions[0].outcome->server->config.name.value(), u"cold"_s);
    }

    void newsOfServersDecideWaitingCallsAnew()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s)});
        const Grant running = bench.granted(ask(u"m"_s));
        const Ticket first = bench.queued(ask(u"m"_s));
        bench.scheduler.publish(snapshot({Sim(u"a"_s).has(u"m"_s), Sim(u"b"_s).has(u"m"_s)}), bench.now());
        auto decisions = bench.scheduler.takeDecisions();
        QCOMPARE(decisions.size(), 1u);
        QCOMPARE(decisions[0].ticket, first);
        QCOMPARE(decisions[0].outcome->server->config.name.value(), u"b"_s);

        const Ticket second = bench.queued(ask(u"m"_s));
        const Ticket third = bench.queued(pinned(u"m"_s, u"b"_s));
        bench.scheduler.publish(snapshot({Sim(u"a"_s).has(u"m"_s).down()}), bench.now());
        decisions = bench.scheduler.takeDecisions();
        QCOMPARE(decisions.size(), 2u);
        QCOMPARE(decisions[0].ticket, second);
        QCOMPARE(decisions[0].outcome.error().code, ErrorCode::Unavailable);
        QCOMPARE(decisions[1].ticket, third);
        QVERIFY(!decisions[1].outcome);
        bench.release(running); // its server is still known to it
        QCOMPARE(running.server->config.name.value(), u"a"_s);
        bench.scheduler.publish(snapshot({}), bench.now());
        QCOMPARE(bench.scheduler.stats(bench.now()).inFlight, 1); // the one on b
    }

    void aProbeOlderThanOurLoadIsNoNews()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s)});
        const auto before = bench.now();
        bench.clock.advance(1s);
        bench.release(bench.granted(ask(u"m"_s)));
        bench.scheduler.publish(snapshot({Sim(u"a"_s).has(u"m"_s).probedAt(before)}), bench.now());
        const Grant warm = bench.granted(ask(u"m"_s));
        QVERIFY(!warm.isCold);
        bench.release(warm);
        bench.scheduler.publish(snapshot({Sim(u"a"_s).has(u"m"_s).probedAt(bench.now() + 1s)}), bench.now());
        QVERIFY(bench.granted(ask(u"m"_s)).isCold);
    }

    void cancelledCallsLeaveNoTrace()
    {
        Bench bench({Sim(u"a"_s).has(u"m"_s)});
        const Grant running = bench.granted(ask(u"m"_s));
        const Ticket ticket = bench.queued(ask(u"m"_s));
        QVERIFY(bench.scheduler.cancel(ticket, bench.now()));
        QVERIFY(!bench.scheduler.cancel(ticket, bench.now()));
        bench.release(running);
        QVERIFY(bench.scheduler.takeDecisions().empty());
        QCOMPARE(bench.scheduler.stats(bench.now()).waiting, 0);
    }
};

QTEST_GUILESS_MAIN(TestScheduler)
#include "tst_scheduler.moc"
