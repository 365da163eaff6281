// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/scheduler.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QTest>

#include <map>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

namespace {

/// A cluster that changes at random, and the bookkeeping of what the scheduler may and must do with it.
class World
{
public:
    explicit World(quint32 seed) : m_random(seed)
    {
        for (int i = 0; i < 4; ++i)
            m_sims.push_back(randomSim(i));
        publish();
    }

    void step()
    {
        const int dice = m_random.bounded(100);
        if (dice < 42)
            submit();
        else if (dice < 75)
            release();
        else if (dice < 80)
            cancel();
        else if (dice < 83)
            change();
        else
            pass(std::chrono::milliseconds(m_random.bounded(1500)));
        collect();
        check();
    }

    // With every server healthy and every call succeeding, all that wait are decided.
    void drain()
    {
        for (Sim &sim : m_sims)
            sim.server.status.isReachable = sim.server.config.isEnabled = true;
        publish();
        for (int round = 0; round < 5000 && !(m_running.empty() && m_waiting.empty()); ++round) {
            pass(500ms);
            release();
            collect();
            check();
        }
        QVERIFY2(m_waiting.empty(), "a waiting call was forgotten");
        QVERIFY(m_running.empty());
        QCOMPARE(m_scheduler.stats(m_clock.steady()).inFlight, 0);
    }
    [[nodiscard]] int decided() const { return m_decided; }

private:
    Sim randomSim(int index)
    {
        Sim sim(u"s%1"_s.arg(index));
        sim.parallel(1 + index % 3).vram(index == 0 ? 0 : 6 + 6 * index);
        for (int i = 0; i < 4; ++i) {
            if (m_random.bounded(4))
                sim.has(modelName(i), (1 + i) * 2 * gigabyte);
        }
        return sim;
    }
    static QString modelName(int index) { return u"m%1"_s.arg(index); }

    void publish()
    {
        std::vector<Sim> present;
        for (Sim &sim : m_sims) {
            if (m_random.bounded(20))
                present.push_back(sim.probedAt(m_clock.steady()));
        }
        m_published = snapshot(present);
        m_scheduler.publish(m_published, m_clock.steady());
    }
    void change()
    {
        Sim &sim = m_sims[size_t(m_random.bounded(int(m_sims.size())))];
        ServerStatus &status = sim.server.status;
        switch (m_random.bounded(4)) {
        case 0: status.isReachable = !status.isReachable; break;
        case 1: sim.server.config.isEnabled = !sim.server.config.isEnabled; break;
        case 2: sim.server.status.models = randomSim(0).server.status.models; break;
        default:
            status.loaded.clear();
            if (!status.models.isEmpty())
                sim.loaded(status.models[m_random.bounded(int(status.models.size()))].name);
        }
        publish();
    }
    void submit()
    {
        LeaseRequest request = ask(modelName(m_random.bounded(5)), m_random.bounded(1, 6));
        request.priority = Priority(m_random.bounded(priorityCount));
        request.affinity = quint64(m_random.bounded(4));
        if (m_random.bounded(5) == 0)
            request.server = ServerId(u"s%1"_s.arg(m_random.bounded(5)));
        if (m_random.bounded(5) == 0)
            request.excluded.push_back(ServerId(u"s%1"_s.arg(m_random.bounded(4))));
        auto submitted = m_scheduler.submit(request, m_clock.steady());
        if (const auto *grant = std::get_if<Grant>(&submitted))
            admit(request, *grant);
        else if (const auto *queued = std::get_if<Scheduler::Queued>(&submitted))
            QVERIFY(m_waiting.emplace(queued->ticket.value(), request).second);
    }
    void admit(const LeaseRequest &request, const Grant &grant)
    {
        const ServerConfig &config = grant.server->config;
        QVERIFY(config.isEnabled && grant.server->status.isReachable);
        QVERIFY(m_published->contains(grant.server));
        QVERIFY(!request.server || *request.server == config.name);
        QVERIFY(!request.excluded.contains(config.name));
        QCOMPARE(grant.model->name, request.model);
        QVERIFY(++m_inFlight[config.name] <= config.parallel);
        m_running.push_back(grant);
    }
    void release()
    {
        if (m_running.empty())
            return;
        const auto index = m_random.bounded(int(m_running.size()));
        const Grant grant = m_running[size_t(index)];
        m_running.erase(m_running.begin() + index);
        --m_inFlight[grant.server->config.name];
        LeaseOutcome outcome = served();
        switch (m_random.bounded(12)) {
        case 0: outcome = NodeFault::Node; break;
        case 1: outcome = NodeFault::Model; break;
        case 2: outcome = {}; break;
        }
        m_scheduler.release(grant, outcome, m_clock.steady());
    }
    void cancel()
    {
        if (m_waiting.empty())
            return;
        auto victim = m_waiting.begin();
        std::advance(victim, m_random.bounded(int(m_waiting.size())));
        QVERIFY(m_scheduler.cancel(Ticket(victim->first), m_clock.steady()));
        m_waiting.erase(victim);
    }
    void pass(std::chrono::milliseconds duration)
    {
        m_clock.advance(duration);
        m_scheduler.review(m_clock.steady());
    }
    void collect()
    {
        for (const Scheduler::Decision &decision : m_scheduler.takeDecisions()) {
            const auto waiting = m_waiting.find(decision.ticket.value());
            QVERIFY2(waiting != m_waiting.end(), "decided twice, or after it was cancelled");
            if (decision.outcome)
                admit(waiting->second, *decision.outcome);
            else
                QVERIFY(decision.outcome.error().code == ErrorCode::Unavailable
                        || decision.outcome.error().code == ErrorCode::NotFound);
            m_waiting.erase(waiting);
            ++m_decided;
        }
    }
    void check()
    {
        const SchedulerStats stats = m_scheduler.stats(m_clock.steady());
        QCOMPARE(stats.inFlight, int(m_running.size()));
        QCOMPARE(stats.waiting, int(m_waiting.size()));
        for (const ServerStats &server : stats.servers)
            QCOMPARE(server.inFlight, m_inFlight[server.name]);
    }

    QRandomGenerator m_random;
    FakeClock m_clock;
    Scheduler m_scheduler;
    std::vector<Sim> m_sims;
    ServerSnapshot m_published;
    std::map<quint64, LeaseRequest> m_waiting;
    std::vector<Grant> m_running;
    std::map<ServerId, int> m_inFlight;
    int m_decided = 0;
};

}

class TestSchedulerModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // No lease is lost or doubled, no server is overcommitted, nobody gets what was not offered.
    void anyInterleaving()
    {
        const quint32 seed = testSeed(3001);
        int decided = 0;
        for (quint32 world = 0; world < 60; ++world) {
            World each(seed + world);
            for (int i = 0; i < 2500; ++i) {
                each.step();
                if (QTest::currentTestFailed())
                    QFAIL(qPrintable(u"world %1, step %2"_s.arg(world).arg(i)));
            }
            each.drain();
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(u"world %1, drain"_s.arg(world)));
            decided += each.decided();
        }
        qInfo("%d waiting calls decided", decided);
        QVERIFY(decided > 5000); // or the test tests nothing
    }

    // Two servers with room for one model each, four models, keys that flood: nobody waits longer than the turns of
    // all models, whatever the priority.
    void nobodyStarves()
    {
        QRandomGenerator random(testSeed(3002));
        FakeClock clock;
        Scheduler scheduler;
        std::vector<Sim> sims;
        for (const auto &name : {u"a"_s, u"b"_s}) {
            Sim sim = Sim(name).vram(8).parallel(2);
            for (int i = 0; i < 4; ++i)
                sim.has(u"m%1"_s.arg(i));
            sims.push_back(sim);
        }
        scheduler.publish(snapshot(sims), clock.steady());
        struct Running {
            Grant grant;
            Clock::Steady until;
        };
        std::vector<Running> running;
        std::map<quint64, Clock::Steady> rare; // the calls of the modest key
        Clock::Steady::duration longest{};
        int rareServed = 0;
        const auto start = [&](const Grant &grant) {
            const auto takes = 200ms + std::chrono::milliseconds(random.bounded(1000));
            running.push_back({grant, clock.steady() + takes});
        };
        const auto submit = [&](const LeaseRequest &request) -> std::optional<Ticket> {
            const auto submitted = scheduler.submit(request, clock.steady());
            if (const auto *grant = std::get_if<Grant>(&submitted))
                start(*grant);
            const auto *queued = std::get_if<Scheduler::Queued>(&submitted);
            return queued ? std::optional(queued->ticket) : std::nullopt;
        };
        for (int tick = 0; tick < 30'000; ++tick) { // 50 minutes
            clock.advance(100ms);
            for (int i = 0; i < 2; ++i) // three times what the slots can do
                (void)submit(ask(u"m%1"_s.arg(random.bounded(4)), random.bounded(1, 4)));
            if (tick % 200 == 0) {
                LeaseRequest modest = ask(u"m%1"_s.arg(random.bounded(4)), 99);
                modest.priority = Priority(random.bounded(priorityCount));
                if (const auto ticket = submit(modest))
                    rare[ticket->value()] = clock.steady();
            }
            scheduler.review(clock.steady());
            for (std::size_t i = 0; i < running.size();) {
                if (running[i].until > clock.steady()) {
                    ++i;
                    continue;
                }
                const Grant grant = running[i].grant;
                running.erase(running.begin() + std::ptrdiff_t(i));
                scheduler.release(grant, served(), clock.steady());
            }
            for (const auto &decision : scheduler.takeDecisions()) {
                QVERIFY(decision.outcome.has_value());
                start(*decision.outcome);
                if (const auto since = rare.find(decision.ticket.value()); since != rare.end()) {
                    longest = std::max(longest, clock.steady() - since->second);
                    ++rareServed;
                    rare.erase(since);
                }
            }
        }
        for (const auto &[ticket, since] : rare)
            longest = std::max(longest, clock.steady() - since);
        qInfo("%d calls of the modest key waited, %lld ms at most", rareServed,
              qint64(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()));
        QVERIFY(rareServed > 100);
        QVERIFY(longest < 90s);
    }
};

QTEST_GUILESS_MAIN(TestSchedulerModel)
#include "tst_schedulermodel.moc"
