// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/fairqueue.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QTest>

#include <map>
#include <set>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

class TestFairQueue : public QObject
{
    Q_OBJECT

    quint64 m_last = 0;

    Ticket push(FairQueue &queue, qint64 key, Priority priority = Priority::Interactive)
    {
        LeaseRequest request = ask(u"m"_s, key);
        request.priority = priority;
        const Ticket ticket(++m_last);
        queue.push({ticket, request, {}});
        return ticket;
    }
    static std::optional<FairQueue::Waiter> next(FairQueue &queue)
    {
        return queue.takeFirst([](const FairQueue::Waiter &) { return FairQueue::Verdict::Take; });
    }
    static QList<qint64> keys(FairQueue &queue)
    {
        QList<qint64> keys;
        while (const auto waiter = next(queue))
            keys.push_back(waiter->request.key.value());
        return keys;
    }

private Q_SLOTS:
    void keysTakeTurns()
    {
        FairQueue queue;
        for (const qint64 key : {1, 1, 1, 1, 2, 2, 3})
            push(queue, key);
        QCOMPARE(queue.sizeOf(KeyId(1)), 4);
        QCOMPARE(keys(queue), QList<qint64>({1, 2, 3, 1, 2, 1, 1}));
        QVERIFY(queue.isEmpty());
    }

    void higherPrioritiesGoFirstButYield()
    {
        FairQueue queue;
        push(queue, 20, Priority::Background);
        push(queue, 10, Priority::Batch);
        for (int i = 0; i < 20; ++i)
            push(queue, 1);
        const QList<qint64> order = keys(queue);
        QCOMPARE(order.indexOf(20), qsizetype(FairQueue::yieldEvery - 1));
        QCOMPARE(order.indexOf(10), qsizetype(FairQueue::yieldEvery));
    }

    void whatCannotBeServedDoesNotBlock()
    {
        FairQueue queue;
        const Ticket stuck = push(queue, 1);
        const Ticket second = push(queue, 1);
        using Verdict = FairQueue::Verdict;
        const auto isServable
            = [&](const FairQueue::Waiter &waiter) { return waiter.ticket == stuck ? Verdict::Skip : Verdict::Take; };
        QVERIFY(!queue.takeFirst([](const FairQueue::Waiter &) { return Verdict::Stop; }));
        QCOMPARE(queue.takeFirst(isServable)->ticket, second);
        QVERIFY(!queue.takeFirst(isServable));
        QVERIFY(queue.remove(stuck));
        QVERIFY(!queue.remove(stuck));
        QCOMPARE(queue.size(), 0);
    }

    void positionIsTheNumberOfTurns()
    {
        QRandomGenerator random(testSeed(11));
        for (int round = 0; round < 200; ++round) {
            FairQueue queue;
            std::map<quint64, int> promised;
            for (int i = 0; i < 30; ++i)
                push(queue, random.bounded(1, 5));
            // One priority only: turns of lower ones are rare exceptions the estimate leaves out.
            for (quint64 ticket = m_last - 29; ticket <= m_last; ++ticket)
                promised[ticket] = queue.positionOf(Ticket(ticket));
            for (int turn = 1; const auto waiter = next(queue); ++turn)
                QCOMPARE(promised[waiter->ticket.value()], turn);
        }
        QCOMPARE(FairQueue().positionOf(Ticket(1)), 0);
    }

    // Between two turns of a key that waits, every other key of its priority has one at most; and no priority waits
    // longer than yieldEvery turns of higher ones for each of its own.
    void fairWhateverHappens()
    {
        QRandomGenerator random(testSeed(12));
        FairQueue queue;
        std::map<std::pair<int, qint64>, std::map<qint64, int>> turnsSince; // of others since my last, while waiting
        std::map<int, int> passedOver;
        std::map<std::pair<int, qint64>, int> waiting;
        std::set<quint64> inside;
        std::map<quint64, std::pair<int, qint64>> owners;
        for (int step = 0; step < 60'000; ++step) {
            const int action = random.bounded(10);
            if (action < 5 && queue.size() < 60) {
                // Some keys flood, some come rarely.
                const qint64 key = random.bounded(4) ? random.bounded(1, 3) : random.bounded(3, 9);
                const int priority = random.bounded(priorityCount);
                const Ticket ticket = push(queue, key, Priority(priority));
                if (++waiting[{priority, key}] == 1)
                    turnsSince[{priority, key}].clear();
                inside.insert(ticket.value());
                owners[ticket.value()] = {priority, key};
            } else if (action < 6 && !inside.empty()) {
                auto victim = inside.begin();
                std::advance(victim, random.bounded(int(inside.size())));
                QVERIFY(queue.remove(Ticket(*victim)));
                --waiting[owners[*victim]];
                inside.erase(victim);
            } else if (const auto waiter = next(queue)) {
                QVERIFY(inside.erase(waiter->ticket.value()) == 1);
                const int priority = int(waiter->request.priority);
                const qint64 key = waiter->request.key.value();
                --waiting[{priority, key}];
                turnsSince[{priority, key}].clear();
                for (auto &[who, turns] : turnsSince) {
                    if (who.first == priority && who.second != key && waiting[who] > 0)
                        QVERIFY2(++turns[key] <= 1, "a key had two turns while another waited");
                }
                for (int lower = 0; lower < priorityCount; ++lower) {
                    const bool isWaiting = std::ranges::any_of(
                        waiting, [&](const auto &each) { return each.first.first == lower && each.second > 0; });
                    passedOver[lower] = lower == priority || !isWaiting ? 0 : passedOver[lower] + 1;
                    QVERIFY(passedOver[lower] <= FairQueue::yieldEvery + priorityCount);
                }
            }
            QCOMPARE(queue.size(), int(inside.size()));
        }
    }
};

QTEST_GUILESS_MAIN(TestFairQueue)
#include "tst_fairqueue.moc"
