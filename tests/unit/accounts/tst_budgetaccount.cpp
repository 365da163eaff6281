// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/budgetaccount.h"
#include "daemon/accounts/utcperiod.h"

#include <QTest>

#include <stdlib.h>
#include <time.h>

#include <limits>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 huge = std::numeric_limits<qint64>::max();
const Clock::System noon = std::chrono::sys_days(2025y / 6 / 11) + 12h;

BudgetLimits daily(qint64 tokens) { return {tokens, {}, {}}; }

/// A reservation that has to succeed.
BudgetReservation reserved(BudgetAccount &account, qint64 tokens, Clock::System now = noon)
{
    Result<BudgetReservation> reservation = account.reserve(tokens, now);
    if (!reservation)
        qFatal("not reserved: %s", qPrintable(reservation.error().message));
    return *std::move(reservation);
}

bool isRefused(BudgetAccount &account, qint64 tokens, Clock::System now = noon)
{
    return !account.reserve(tokens, now);
}

}

class TestBudgetAccount : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reservesUpToTheLastToken()
    {
        const auto account = BudgetAccount::create(daily(100));
        const BudgetReservation first = reserved(*account, 60);
        QVERIFY(isRefused(*account, 41));
        const BudgetReservation second = reserved(*account, 40);
        QVERIFY(isRefused(*account, 1));
        QCOMPARE(account->state(noon).daily.reserved, 100);
        QCOMPARE(account->state(noon).daily.remaining(), 0);
        QCOMPARE(account->use(noon).total, 0);
    }

    void everyLimitCounts_data()
    {
        QTest::addColumn<BudgetLimits>("limits");
        QTest::newRow("daily") << BudgetLimits{10, 1000, 1000};
        QTest::newRow("monthly") << BudgetLimits{1000, 10, {}};
        QTest::newRow("total") << BudgetLimits{{}, {}, 10};
    }
    void everyLimitCounts()
    {
        QFETCH(const BudgetLimits, limits);
        const auto account = BudgetAccount::create(limits);
        QVERIFY(isRefused(*account, 11));
        QCOMPARE(reserved(*account, 10).settle(10, noon).tokens, 10);
        QVERIFY(isRefused(*account, 1));
    }

    void refusalSaysWhatIsInTheWay()
    {
        const auto account = BudgetAccount::create({10'000, {}, {}});
        reserved(*account, 9000).settle(9000, noon);
        const BudgetReservation underWay = reserved(*account, 800);
        const auto refused = account->reserve(1500, noon);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BudgetExceeded);
        QCOMPARE(refused.error().reason, u"budget_exceeded"_s);
        QVERIFY(!refused.error().retryAfter);
        QCOMPARE(refused.error().message,
                 u"This request may need 1500 tokens. Of the daily budget of 10000 tokens, 9000 are used and 800 are "
                 "reserved for requests under way. It resets at 2025-06-12T00:00:00Z."_s);
    }

    void refusalNamesTheLimitThatResetsLast()
    {
        const auto account = BudgetAccount::create({10, 20, 30});
        QVERIFY(account->reserve(11, noon).error().message.contains(u"daily budget of 10 "_s));
        const QString monthly = account->reserve(21, noon).error().message;
        QVERIFY2(monthly.contains(u"monthly budget of 20 "_s), qPrintable(monthly));
        QVERIFY2(monthly.endsWith(u"It resets at 2025-07-01T00:00:00Z."_s), qPrintable(monthly));
        const QString total = account->reserve(31, noon).error().message;
        QVERIFY2(total.contains(u"total budget of 30 "_s) && total.contains(u"does not reset"_s), qPrintable(total));
    }

    void releaseChargesNothing()
    {
        const auto account = BudgetAccount::create(daily(100));
        {
            const BudgetReservation forgotten = reserved(*account, 100);
        }
        BudgetReservation released = reserved(*account, 100);
        released.release();
        released.release();
        BudgetReservation moved = reserved(*account, 100);
        BudgetReservation target = reserved(*account, 0);
        target = std::move(moved);
        QVERIFY(!moved.isOpen());
        QCOMPARE(target.held(), 100);
        target = BudgetReservation();
        QVERIFY(!target.isOpen());
        QCOMPARE(account->state(noon), BudgetAccount::create(daily(100))->state(noon));
    }

    void reservationKeepsItsAccount()
    {
        auto account = BudgetAccount::create(daily(100));
        BudgetReservation reservation = reserved(*account, 50);
        const std::weak_ptr<BudgetAccount> watched = account;
        account.reset();
        QCOMPARE(reservation.settle(20, noon).tokens, 20);
        reservation = {};
        QVERIFY(watched.expired());
    }

    void settlesToWhatWasUsed()
    {
        const auto account = BudgetAccount::create(daily(100));
        BudgetReservation reservation = reserved(*account, 80);
        QCOMPARE(reservation.settle(30, noon), (BudgetCharge{30, utcDay(noon)}));
        QCOMPARE(reservation.held(), 0);
        QCOMPARE(account->state(noon).daily,
                 (BudgetLine{100, 30, 0, Clock::System(utcDay(noon) + std::chrono::days(1))}));
    }

    void chargesParts()
    {
        const auto account = BudgetAccount::create(daily(100));
        BudgetReservation reservation = reserved(*account, 50);
        QCOMPARE(reservation.charge(20, noon).tokens, 20);
        QCOMPARE(reservation.held(), 30);
        QVERIFY(reservation.extend(40, noon));
        QVERIFY(!reservation.extend(11, noon));
        QCOMPARE(reservation.held(), 70);
        QCOMPARE(reservation.charge(0, noon).tokens, 0);
        QCOMPARE(reservation.charge(-5, noon).tokens, 0);
        QCOMPARE(reservation.settle(10, noon).tokens, 10);
        QCOMPARE(account->use(noon), (BudgetUse{utcDay(noon), 30, 30, 30}));
        QCOMPARE(reservation.settle(5, noon).tokens, 5); // a late part
        QCOMPARE(account->use(noon).today, 35);
    }

    void chargeBeyondTheEstimateLeavesOthersTheirs()
    {
        const auto account = BudgetAccount::create(daily(100));
        BudgetReservation other = reserved(*account, 40);
        BudgetReservation reservation = reserved(*account, 10);
        QCOMPARE(reservation.settle(huge, noon).tokens, 60);
        QCOMPARE(account->state(noon).daily.remaining(), 0);
        QCOMPARE(other.settle(huge, noon).tokens, 40);
        QCOMPARE(account->use(noon).today, 100);
        QCOMPARE(other.settle(1, noon).tokens, 0);
    }

    void theStrictestLimitCutsTheCharge()
    {
        const auto account = BudgetAccount::create({1000, 50, 200});
        QCOMPARE(reserved(*account, 10).settle(500, noon).tokens, 50);
        QCOMPARE(account->use(noon), (BudgetUse{utcDay(noon), 50, 50, 50}));
    }

    void withoutMaxTokensGetsWhatIsLeft()
    {
        const auto account = BudgetAccount::create(daily(1000));
        auto whole = account->reserveUpTo(100, 500, 256, noon);
        QVERIFY(whole);
        QCOMPARE(whole->completionTokens, 500);
        const auto rest = account->reserveUpTo(100, 500, 256, noon);
        QVERIFY(rest);
        QCOMPARE(rest->completionTokens, 300);
        QCOMPARE(rest->reservation.held(), 400);
        whole->reservation.settle(245, noon);
        const auto tooLittle = account->reserveUpTo(100, 500, 256, noon); // 355 are left, 356 needed
        QVERIFY(!tooLittle);
        QVERIFY(tooLittle.error().message.startsWith(u"This request may need 356 tokens."_s));
        const auto modest = account->reserveUpTo(100, 200, 256, noon);
        QVERIFY(modest);
        QCOMPARE(modest->completionTokens, 200);
    }

    void legsWithoutMaxTokensExtend()
    {
        const auto account = BudgetAccount::create(daily(1000));
        BudgetReservation reservation = reserved(*account, 200);
        QCOMPARE(reservation.extendUpTo(100, 4000, 256, noon).value_or(-1), 700);
        QCOMPARE(reservation.held(), 1000);
        QVERIFY(!reservation.extendUpTo(0, 1, 256, noon));
        QCOMPARE(reservation.held(), 1000);
    }

    void withoutLimitsEverythingIsAdmittedAndCounted()
    {
        const auto account = BudgetAccount::create({});
        std::vector<BudgetReservation> reservations;
        for (int i = 0; i < 3000; ++i)
            reservations.push_back(reserved(*account, huge));
        const auto grant = account->reserveUpTo(1000, 30'000, 256, noon);
        QVERIFY(grant);
        QCOMPARE(grant->completionTokens, 30'000);
        QCOMPARE(reservations[0].settle(1234, noon).tokens, 1234);
        QCOMPARE(reservations[1].settle(huge, noon).tokens, MaxBudgetLimit - 1234);
        QCOMPARE(account->use(noon).total, MaxBudgetLimit);
        QCOMPARE(account->state(noon).daily.remaining(), std::nullopt);
        reservations.clear();
        QCOMPARE(account->state(noon).total.reserved, grant->reservation.held());
    }

    void largeAndSenselessNumbers()
    {
        const auto account = BudgetAccount::create({MaxBudgetLimit, huge, -1}, {utcDay(noon), -1, huge, 0});
        QCOMPARE(account->state(noon).monthly.limit, MaxBudgetLimit);
        QCOMPARE(account->state(noon).monthly.used, MaxBudgetLimit);
        QCOMPARE(account->state(noon).daily.used, 0);
        QCOMPARE(account->state(noon).total.limit, 0);
        QVERIFY(isRefused(*account, 1));
        account->setLimits(daily(MaxBudgetLimit));
        QVERIFY(isRefused(*account, MaxBudgetLimit + 1));
        QVERIFY(isRefused(*account, huge));
        QVERIFY(!account->reserveUpTo(huge, huge, huge, noon));
        QCOMPARE(reserved(*account, std::numeric_limits<qint64>::min()).held(), 0);
        const BudgetReservation all = reserved(*account, MaxBudgetLimit);
        QVERIFY(isRefused(*account, 1));
    }

    void loweredLimitAdmitsNothingAndForgetsNothing()
    {
        const auto account = BudgetAccount::create(daily(1000));
        reserved(*account, 600).settle(600, noon);
        BudgetReservation first = reserved(*account, 200);
        BudgetReservation second = reserved(*account, 200);
        account->setLimits(daily(700));
        QVERIFY(isRefused(*account, 0));
        QCOMPARE(first.settle(80, noon).tokens, 80); // under way: as far as the new limit allows
        QCOMPARE(second.settle(80, noon).tokens, 20);
        account->setLimits(daily(50));
        QVERIFY(isRefused(*account, 1));
        QCOMPARE(account->use(noon).today, 700);
        QCOMPARE(account->state(noon).daily.remaining(), 0);
        account->setLimits(daily(710));
        QCOMPARE(reserved(*account, 10).held(), 10);
    }

    void restoredUseCountsOnlyInItsPeriod()
    {
        const BudgetUse stored{utcDay(noon), 10, 20, 30};
        const auto day = std::chrono::days(1);
        QCOMPARE(BudgetAccount::create({}, stored)->use(noon), stored);
        QCOMPARE(BudgetAccount::create({}, stored)->use(noon + day), (BudgetUse{utcDay(noon) + day, 0, 20, 30}));
        QCOMPARE(BudgetAccount::create({}, stored)->use(noon + 20 * day),
                 (BudgetUse{utcDay(noon) + 20 * day, 0, 0, 30}));
        QCOMPARE(BudgetAccount::create({}, stored)->use(noon + 365 * day).month, 0); // the same month of another year
        QCOMPARE(BudgetAccount::create({}, stored)->use(noon - day), stored);
    }

    void clockThatGoesBackResetsNothing()
    {
        const auto account = BudgetAccount::create({100, 200, {}});
        reserved(*account, 100).settle(100, noon);
        for (const auto back : {std::chrono::days(1), std::chrono::days(40), std::chrono::days(30'000)}) {
            QVERIFY(isRefused(*account, 1, noon - back));
            QCOMPARE(account->use(noon - back), (BudgetUse{utcDay(noon), 100, 100, 100}));
            QVERIFY(account->reserve(1, noon - back).error().message.endsWith(u"2025-06-12T00:00:00Z."_s));
        }
        BudgetReservation reservation = reserved(*account, 100, noon + std::chrono::days(1));
        QCOMPARE(reservation.settle(5, noon), (BudgetCharge{5, utcDay(noon) + std::chrono::days(1)}));
    }

    void requestsUnderWayCrossMidnight()
    {
        const Clock::System midnight = std::chrono::sys_days(2025y / 6 / 12);
        const Clock::System before = midnight - 1ns;
        const auto account = BudgetAccount::create({100, 1000, {}});
        reserved(*account, 30, before).settle(30, before);
        BudgetReservation reservation = reserved(*account, 70, before);
        QCOMPARE(reservation.charge(20, before), (BudgetCharge{20, utcDay(before)}));
        QVERIFY(isRefused(*account, 1, before));
        QCOMPARE(account->state(midnight).daily, (BudgetLine{100, 0, 50, midnight + 24h}));
        QVERIFY(isRefused(*account, 51, midnight)); // what is still held is held of the new day
        QCOMPARE(reservation.settle(60, midnight), (BudgetCharge{60, utcDay(midnight)}));
        QCOMPARE(account->use(midnight), (BudgetUse{utcDay(midnight), 60, 110, 110}));
    }

    void requestsUnderWayCrossTheFirstOfTheMonth()
    {
        const Clock::System newYear = std::chrono::sys_days(2026y / 1 / 1);
        const auto account = BudgetAccount::create({{}, 100, 150});
        reserved(*account, 40, newYear - 24h).settle(40, newYear - 24h);
        BudgetReservation reservation = reserved(*account, 60, newYear - 1ns);
        QVERIFY(isRefused(*account, 1, newYear - 1ns));
        QCOMPARE(account->state(newYear - 1ns).monthly.resetsAt, newYear);
        QCOMPARE(reservation.settle(100, newYear).tokens, 100);
        QCOMPARE(account->use(newYear), (BudgetUse{utcDay(newYear), 100, 100, 140}));
        QVERIFY(isRefused(*account, 1, newYear));
        const Clock::System february = std::chrono::sys_days(2026y / 2 / 1);
        QVERIFY(isRefused(*account, 11, february)); // the total never resets
        QCOMPARE(reserved(*account, 10, february).held(), 10);
    }

    void monthsEnd()
    {
        using std::chrono::sys_days;
        QCOMPARE(startOfNextMonth(sys_days(2024y / 2 / 29)), sys_days(2024y / 3 / 1));
        QCOMPARE(startOfNextMonth(sys_days(2025y / 2 / 28)), sys_days(2025y / 3 / 1));
        QCOMPARE(startOfNextMonth(sys_days(2025y / 12 / 31)), sys_days(2026y / 1 / 1));
        QCOMPARE(startOfNextMonth(sys_days(2025y / 1 / 1)), sys_days(2025y / 2 / 1));
        QCOMPARE(utcDay(Clock::System(-1ns)), sys_days(1969y / 12 / 31));
        QCOMPARE(midnightText(sys_days(2025y / 3 / 1)), u"2025-03-01T00:00:00Z"_s);
    }

    void hostsTimeZonePlaysNoPart_data()
    {
        QTest::addColumn<Clock::System>("start");
        QTest::newRow("clocks forward") << Clock::System(std::chrono::sys_days(2025y / 3 / 29));
        QTest::newRow("clocks back") << Clock::System(std::chrono::sys_days(2025y / 10 / 25));
    }
    /// Every quarter of an hour for 9 days around a change of the clocks of Berlin, at the end of a month: a request is
    /// under way over each boundary.
    void hostsTimeZonePlaysNoPart()
    {
        QFETCH(const Clock::System, start);
        const QByteArray zone = qgetenv("TZ");
        const auto restoreZone = qScopeGuard([&] {
            zone.isNull() ? qunsetenv("TZ") : qputenv("TZ", zone);
            tzset();
        });
        qputenv("TZ", "Europe/Berlin");
        tzset();
        QVERIFY(localHour(start) != localHour(start + 48h)); // the zone is known and changes its clocks

        const auto account = BudgetAccount::create({1000, 10'000, {}});
        BudgetReservation underWay = reserved(*account, 1, start);
        BudgetUse expected{utcDay(start), 0, 0, 0};
        for (int quarter = 0; quarter < 9 * 96; ++quarter) {
            const Clock::System now = start + quarter * 15min;
            if (quarter % 96 == 0) {
                expected.today = 0;
                expected.day = utcDay(start) + std::chrono::days(quarter / 96);
                if (std::chrono::year_month_day(expected.day).day() == std::chrono::day(1))
                    expected.month = 0;
            }
            BudgetReservation next = reserved(*account, 1, now);
            QCOMPARE(underWay.settle(1, now).tokens, 1);
            underWay = std::move(next);
            ++expected.today;
            ++expected.month;
            ++expected.total;
            QCOMPARE(account->use(now), expected);
        }
        QVERIFY(expected.month < expected.total); // a month began on the way
    }

private:
    static int localHour(Clock::System time)
    {
        const time_t seconds = Clock::System::clock::to_time_t(time);
        tm local = {};
        localtime_r(&seconds, &local);
        return local.tm_hour;
    }
};

QTEST_APPLESS_MAIN(TestBudgetAccount)
#include "tst_budgetaccount.moc"
