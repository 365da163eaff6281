// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/circuitbreaker.h"
#include "daemon/inference/ewma.h"

#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace std::chrono_literals;

class TestCircuitBreaker : public QObject
{
    Q_OBJECT

    static void fail(CircuitBreaker &breaker, Clock::Steady now) { breaker.fail(breaker.begin(now), now); }

private Q_SLOTS:
    void opensOnConsecutiveFailuresOnly()
    {
        CircuitBreaker breaker;
        const Clock::Steady now(1h);
        for (int i = 0; i < 10; ++i) {
            fail(breaker, now);
            fail(breaker, now);
            breaker.succeed(breaker.begin(now));
        }
        QCOMPARE(breaker.state(now), BreakerState::Closed);
        for (int i = 0; i < 3; ++i)
            fail(breaker, now);
        QCOMPARE(breaker.state(now), BreakerState::Open);
        QVERIFY(!breaker.allows(now));
    }

    void neutralEndsNeverCount()
    {
        CircuitBreaker breaker;
        const Clock::Steady now(1h);
        for (int i = 0; i < 100; ++i)
            breaker.endNeutral(breaker.begin(now));
        QCOMPARE(breaker.state(now), BreakerState::Closed);
        fail(breaker, now);
        fail(breaker, now);
        breaker.endNeutral(breaker.begin(now)); // nor do they forgive
        fail(breaker, now);
        QCOMPARE(breaker.state(now), BreakerState::Open);
    }

    void probesWithOneCall()
    {
        CircuitBreaker breaker;
        Clock::Steady now(1h);
        for (int i = 0; i < 3; ++i)
            fail(breaker, now);
        now += 2s;
        QCOMPARE(breaker.state(now), BreakerState::HalfOpen);
        QVERIFY(breaker.allows(now));
        const bool isProbe = breaker.begin(now);
        QVERIFY(isProbe);
        QVERIFY(!breaker.allows(now));
        breaker.endNeutral(isProbe); // says nothing: another one may try
        QVERIFY(breaker.allows(now));
        breaker.succeed(breaker.begin(now));
        QCOMPARE(breaker.state(now), BreakerState::Closed);
    }

    void openTimeDoublesUpToALimit()
    {
        CircuitBreaker breaker;
        Clock::Steady now(1h);
        for (int i = 0; i < 3; ++i)
            fail(breaker, now);
        for (const auto expected : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
            QCOMPARE(breaker.opensUntil() - now, Clock::Steady::duration(expected));
            now = breaker.opensUntil() - 1ms;
            QVERIFY(!breaker.allows(now));
            now += 1ms;
            fail(breaker, now);
        }
        now = breaker.opensUntil();
        breaker.succeed(breaker.begin(now));
        for (int i = 0; i < 3; ++i)
            fail(breaker, now);
        QCOMPARE(breaker.opensUntil() - now, Clock::Steady::duration(2s));
    }

    void callsFromBeforeItOpenedDecideNothing()
    {
        CircuitBreaker breaker;
        Clock::Steady now(1h);
        const bool old = breaker.begin(now);
        for (int i = 0; i < 3; ++i)
            fail(breaker, now);
        const auto until = breaker.opensUntil();
        breaker.fail(old, now + 1s);
        QCOMPARE(breaker.opensUntil(), until);
        breaker.succeed(old);
        QCOMPARE(breaker.state(now + 1s), BreakerState::Open);
    }

    void averageFollowsAndFaultsFade()
    {
        Ewma average;
        QVERIFY(average.isEmpty());
        QCOMPARE(average.valueOr(7), 7.0);
        average.add(10);
        QCOMPARE(average.valueOr(7), 10.0);
        for (int i = 0; i < 50; ++i)
            average.add(2);
        QVERIFY(std::abs(average.valueOr(0) - 2) < 0.01);

        FadingCount faults;
        const Clock::Steady now(1h);
        faults.add(now);
        faults.add(now);
        QCOMPARE(faults.value(now), 2.0);
        QVERIFY(std::abs(faults.value(now + 30s) - 1) < 1e-9);
        QVERIFY(faults.value(now + 1h) < 1e-9);
    }
};

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_circuitbreaker.moc"
