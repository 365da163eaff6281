// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/ratelimiter.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <deque>
#include <latch>
#include <random>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const Clock::Steady start = Clock::Steady(1h);

RateLimits perMinute(int requests) { return {requests, {}}; }
RateLimits parallel(int requests) { return {{}, requests}; }

bool isAdmitted(RateLimiter &limiter, Clock::Steady now) { return limiter.admit(now).has_value(); }

}

class TestRateLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutLimitsEverythingIsAdmitted()
    {
        const auto limiter = RateLimiter::create({});
        std::vector<RateSlot> slots;
        for (int i = 0; i < 1000; ++i) {
            auto slot = limiter->admit(start);
            QVERIFY(slot);
            slots.push_back(*std::move(slot));
        }
        QCOMPARE(limiter->running(), 1000);
        slots.clear();
        QCOMPARE(limiter->running(), 0);
    }

    void lonelyRequestsComeBackAfterExactlyAMinute()
    {
        const auto limiter = RateLimiter::create(perMinute(2));
        QVERIFY(isAdmitted(*limiter, start));
        QVERIFY(isAdmitted(*limiter, start + 20s));
        QVERIFY(!isAdmitted(*limiter, start + 60s - 1ns));
        QVERIFY(isAdmitted(*limiter, start + 60s));
        QVERIFY(!isAdmitted(*limiter, start + 80s - 1ns));
        QVERIFY(isAdmitted(*limiter, start + 80s));
    }

    void refusalSaysWhen()
    {
        const auto limiter = RateLimiter::create(perMinute(1));
        QVERIFY(isAdmitted(*limiter, start));
        const auto refused = limiter->admit(start + 47'500ms);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::RateLimited);
        QCOMPARE(refused.error().reason, u"rate_limit_exceeded"_s);
        QCOMPARE(refused.error().retryAfter, 13s);
        QCOMPARE(refused.error().message, u"This key may make 1 requests per minute. Try again in 13 s."_s);
        QCOMPARE(limiter->admit(start + 60s - 1ns).error().retryAfter, 1s);
        QCOMPARE(limiter->running(), 0);
    }

    void refusedRequestsCountForNothing()
    {
        const auto limiter = RateLimiter::create({3, 1});
        auto slot = limiter->admit(start);
        QVERIFY(slot);
        for (int i = 0; i < 100; ++i)
            QVERIFY(!isAdmitted(*limiter, start));
        slot->release();
        QVERIFY(isAdmitted(*limiter, start));
        QVERIFY(isAdmitted(*limiter, start));
        for (int i = 0; i < 60; ++i)
            QVERIFY(!isAdmitted(*limiter, start + std::chrono::seconds(i)));
        QVERIFY(isAdmitted(*limiter, start + 60s));
    }

    void parallelRequests()
    {
        const auto limiter = RateLimiter::create(parallel(2));
        auto first = limiter->admit(start);
        auto second = limiter->admit(start);
        const auto refused = limiter->admit(start);
        QVERIFY(first && second && !refused);
        QCOMPARE(refused.error().code, ErrorCode::RateLimited);
        QCOMPARE(refused.error().retryAfter, 1s);
        QVERIFY(refused.error().message.startsWith(u"This key may run 2 requests at the same time."_s));
        *first = *std::move(second); // ends the first, the second goes on
        QCOMPARE(limiter->running(), 1);
        auto third = limiter->admit(start);
        QVERIFY(third);
        third->release();
        third->release();
        QCOMPARE(limiter->running(), 1);
    }

    void slotKeepsItsLimiter()
    {
        auto limiter = RateLimiter::create({});
        const std::weak_ptr<RateLimiter> watched = limiter;
        {
            const auto slot = limiter->admit(start);
            limiter.reset();
            QVERIFY(!watched.expired());
        }
        QVERIFY(watched.expired());
    }

    void limitsChangeWhileInUse()
    {
        const auto limiter = RateLimiter::create(perMinute(10));
        std::vector<Result<RateSlot>> running;
        for (int i = 0; i < 10; ++i)
            running.push_back(limiter->admit(start + i * 2s));
        const Clock::Steady now = start + 30s;
        QCOMPARE(limiter->admit(now).error().retryAfter, 30s);
        limiter->setLimits(perMinute(4)); // when the seventh is forgotten three are left
        QCOMPARE(limiter->admit(now).error().retryAfter, 42s);
        QVERIFY(!isAdmitted(*limiter, now + 42s - 1ns));
        QVERIFY(isAdmitted(*limiter, now + 42s));
        limiter->setLimits(perMinute(12));
        QVERIFY(isAdmitted(*limiter, now + 42s));
        limiter->setLimits(parallel(10));
        QVERIFY(!isAdmitted(*limiter, now));
        running.pop_back();
        QVERIFY(isAdmitted(*limiter, now));
        limiter->setLimits({});
        QVERIFY(isAdmitted(*limiter, now));
    }

    void timeReadBeforeAnotherThreads()
    {
        const auto limiter = RateLimiter::create(perMinute(2));
        QVERIFY(isAdmitted(*limiter, start + 10s));
        QVERIFY(isAdmitted(*limiter, start)); // counts as the time of the one before
        QVERIFY(!isAdmitted(*limiter, start + 70s - 1ns));
        QVERIFY(isAdmitted(*limiter, start + 70s));
    }

    void halvesOfARequest()
    {
        const auto limiter = RateLimiter::create({10, 2});
        QVERIFY(limiter->count(4, start));
        QVERIFY(limiter->count(4, start + 10s));
        QCOMPARE(limiter->running(), 0);
        const auto refused = limiter->count(4, start + 20s);
        QVERIFY(!refused && refused.error().code == ErrorCode::RateLimited);
        QCOMPARE(refused.error().retryAfter, 40s); // then the first four are forgotten
        QVERIFY(limiter->count(2, start + 20s)); // what is refused counts for nothing
        QVERIFY(!isAdmitted(*limiter, start + 20s));
        auto first = limiter->enter();
        auto second = limiter->enter(); // costs none of the ten
        QVERIFY(first && second);
        QCOMPARE(limiter->enter().error().code, ErrorCode::RateLimited);
        first->release();
        QVERIFY(limiter->enter());
        QVERIFY(!limiter->count(11, start + 1h));
        QVERIFY(limiter->count(10, start + 1h));
    }

    void aMillionPerMinute()
    {
        const auto limiter = RateLimiter::create(perMinute(1'000'000));
        int admitted = 0;
        for (int i = 0; i < 1'200'000; ++i)
            admitted += isAdmitted(*limiter, start + i * 40us); // 48 s in all
        QCOMPARE(admitted, 1'000'000);
        QCOMPARE(limiter->admit(start + 48s).error().retryAfter, 13s);
        QVERIFY(isAdmitted(*limiter, start + 61s));
    }

    void neverMoreThanTheLimitInAMinute_data()
    {
        QTest::addColumn<int>("limit");
        QTest::addColumn<int>("meanGap"); // milliseconds
        QTest::newRow("one") << 1 << 20'000;
        QTest::newRow("few") << 5 << 4'000;
        QTest::newRow("many") << 100 << 300;
        QTest::newRow("crowded") << 30 << 10;
        QTest::newRow("more than there are groups") << 1000 << 20;
    }
    /// Against the list of all times: the limit holds within every 60 s; nobody is refused who would be within it in
    /// 61; who comes back when told is let in.
    void neverMoreThanTheLimitInAMinute()
    {
        QFETCH(const int, limit);
        QFETCH(const int, meanGap);
        const unsigned seed = 20250612;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::exponential_distribution<double> gap(1.0 / meanGap);
        const auto limiter = RateLimiter::create(perMinute(limit));
        std::deque<Clock::Steady> admitted; // of the last 61 s
        Clock::Steady now = start;
        int refusals = 0;
        for (int i = 0; i < 20'000; ++i) {
            now += std::chrono::duration_cast<Clock::Steady::duration>(
                std::chrono::duration<double, std::milli>(gap(random)));
            const auto slot = limiter->admit(now);
            while (!admitted.empty() && now - admitted.front() >= 61s)
                admitted.pop_front();
            const auto withinMinute
                = std::ranges::count_if(admitted, [now](Clock::Steady at) { return now - at < 60s; });
            if (slot) {
                QVERIFY(withinMinute < limit);
                admitted.push_back(now);
                continue;
            }
            ++refusals;
            QVERIFY(admitted.size() >= std::size_t(limit));
            QVERIFY(slot.error().retryAfter >= 1s && slot.error().retryAfter <= 60s);
            if (random() % 16 == 0) {
                now += *slot.error().retryAfter;
                QVERIFY(isAdmitted(*limiter, now));
                admitted.push_back(now);
            }
        }
        QVERIFY(refusals > 100);
    }

    void threadsAgree()
    {
        constexpr int threadCount = 20;
        const auto limiter = RateLimiter::create({500, 10});
        std::latch ready(threadCount);
        std::latch tried(threadCount);
        std::atomic<int> firstRound = 0;
        std::atomic<int> inAll = 0;
        std::atomic<int> mistakes = 0;
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < threadCount; ++thread) {
            threads.emplace_back([&] {
                std::vector<RateSlot> slots;
                ready.arrive_and_wait();
                for (int i = 0; i < 1000 / threadCount; ++i) {
                    if (auto slot = limiter->admit(start))
                        slots.push_back(*std::move(slot));
                }
                firstRound += int(slots.size());
                inAll += int(slots.size());
                tried.arrive_and_wait();
                slots.clear();
                for (int i = 0; i < 2000; ++i) {
                    inAll += isAdmitted(*limiter, start + std::chrono::milliseconds(i));
                    mistakes += limiter->running() > 10;
                }
            });
        }
        threads.clear();
        QCOMPARE(firstRound.load(), 10);
        QCOMPARE(mistakes.load(), 0);
        QCOMPARE(inAll.load(), 500);
        QCOMPARE(limiter->running(), 0);
    }
};

QTEST_APPLESS_MAIN(TestRateLimiter)
#include "tst_ratelimiter.moc"
