// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountturns.h"
#include "shared/async/wait.h"

#include <QTest>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

/// Notes when it has its turn, and keeps it across a turn of the event loop.
Task<void> work(AccountTurns *turns, QStringList *log, QString name, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await turns->take(std::move(context)));
    log->append(name);
    CO_TRY_VOID(co_await sleepFor(1ms, {}));
    log->append(name);
    co_return {};
}

Task<void> workAtOnce(AccountTurns *turns, int *count)
{
    CO_TRY(const AccountTurn turn, co_await turns->take({}));
    ++*count;
    co_return {};
}

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

}

class TestAccountTurns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneAfterTheOther()
    {
        AccountTurns turns;
        QStringList log;
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 3; ++i)
            tasks.push_back(work(&turns, &log, QString::number(i), {}));
        for (auto &task : tasks)
            QVERIFY(wait(std::move(task)));
        QCOMPARE(log.join(u' '), QStringLiteral("0 0 1 1 2 2"));
        QVERIFY(wait(work(&turns, &log, QString(), {})));
    }

    void manyThatDoNotWaitDoNotNest()
    {
        AccountTurns turns;
        int count = 0;
        std::vector<Task<void>> tasks;
        {
            const auto turn = wait(turns.take({}));
            for (int i = 0; i < 100'000; ++i)
                tasks.push_back(workAtOnce(&turns, &count));
            QCOMPARE(count, 0);
        }
        for (auto &task : tasks)
            QVERIFY(wait(std::move(task)));
        QCOMPARE(count, 100'000);
    }

    void whoGivesUpIsPassedOver()
    {
        AccountTurns turns;
        QStringList log;
        std::stop_source stop;
        RequestContext stopped;
        stopped.stop = stop.get_token();
        RequestContext late;
        late.deadline = std::chrono::steady_clock::now() + 5ms;
        auto turn = std::make_unique<Result<AccountTurn>>(wait(turns.take({})));
        auto gone = work(&turns, &log, QStringLiteral("gone"), stopped);
        auto tired = work(&turns, &log, QStringLiteral("tired"), late);
        auto patient = work(&turns, &log, QStringLiteral("patient"), {});
        stop.request_stop();
        QCOMPARE(wait(std::move(gone)).error().code, ErrorCode::Cancelled);
        QCOMPARE(wait(std::move(tired)).error().code, ErrorCode::Timeout);
        QCOMPARE(wait(turns.take(stopped)).error().code, ErrorCode::Cancelled);
        QVERIFY(log.isEmpty());
        turn.reset();
        QVERIFY(wait(std::move(patient)));
        QCOMPARE(log.size(), 2);
    }

    void allGaveUpLeavesItFree()
    {
        AccountTurns turns;
        QStringList log;
        std::stop_source stop;
        RequestContext stopped;
        stopped.stop = stop.get_token();
        auto turn = std::make_unique<Result<AccountTurn>>(wait(turns.take({})));
        auto gone = work(&turns, &log, QStringLiteral("gone"), stopped);
        stop.request_stop();
        QVERIFY(!wait(std::move(gone)));
        turn.reset();
        QVERIFY(wait(work(&turns, &log, QStringLiteral("next"), {})));
    }

    void aTurnMayOutliveThem()
    {
        auto turns = std::make_unique<AccountTurns>();
        const auto turn = wait(turns->take({}));
        turns.reset();
        QVERIFY(turn);
    }
};

QTEST_GUILESS_MAIN(TestAccountTurns)
#include "tst_accountturns.moc"
