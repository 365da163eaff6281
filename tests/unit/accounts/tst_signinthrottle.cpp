// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/networkblock.h"
#include "daemon/accounts/signinthrottle.h"
#include "tests/support/fakeclock.h"

#include <QTest>

#include <atomic>
#include <deque>
#include <map>
#include <random>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const QString anna = QStringLiteral("anna");
const QString bert = QStringLiteral("bert");
const QString home = QStringLiteral("192.0.2.1");
const QString school = QStringLiteral("192.0.2.2");

std::optional<std::chrono::seconds> refusal(SignInThrottle &throttle, const QString &account, const QString &address)
{
    const auto attempt = throttle.admit(account, address);
    if (attempt)
        return {};
    return attempt.error().retryAfter;
}

int admitted(SignInThrottle &throttle, const QString &account, const QString &address, int attempts)
{
    int count = 0;
    for (int i = 0; i < attempts; ++i)
        count += throttle.admit(account, address).has_value();
    return count;
}

QString accountNumber(int number) { return QStringLiteral("user%1").arg(number); }

QString addressNumber(int number)
{
    return QStringLiteral("10.%1.%2.%3").arg(number >> 16).arg((number >> 8) & 255).arg(number & 255);
}

}

class TestSignInThrottle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fiveFailuresAndNoMore()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        QCOMPARE(admitted(throttle, anna, home, 5), 5);
        const auto sixth = throttle.admit(anna, home);
        QCOMPARE(sixth.error().code, ErrorCode::RateLimited);
        QCOMPARE(sixth.error().reason, QStringLiteral("too_many_sign_ins"));
        QCOMPARE(sixth.error().retryAfter, 900s);
        QVERIFY(throttle.admit(bert, home));
        QVERIFY(throttle.admit(anna, school));
    }

    void theWindowSlidesToTheSecond()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        for (int i = 0; i < 5; ++i) { // at 0, 60, 120, 180 and 240 s
            QVERIFY(throttle.admit(anna, home));
            clock.advance(60s);
        }
        QCOMPARE(refusal(throttle, anna, home), 600s); // now 300
        clock.advance(599s);
        QCOMPARE(refusal(throttle, anna, home), 1s);
        clock.advance(1s - 1ns);
        QCOMPARE(refusal(throttle, anna, home), 1s);
        clock.advance(1ns);
        QVERIFY(!refusal(throttle, anna, home));       // that of 0 is out, this of 900 is in
        QCOMPARE(refusal(throttle, anna, home), 60s);  // until that of 60 is out
    }

    void refusalsDoNotProlong()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        QCOMPARE(admitted(throttle, anna, home, 5), 5);
        for (int i = 0; i < 899; ++i) {
            clock.advance(1s);
            QCOMPARE(refusal(throttle, anna, home), std::chrono::seconds(899 - i));
        }
        clock.advance(1s);
        QCOMPARE(admitted(throttle, anna, home, 6), 5);
    }

    void successClearsThePair()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        QCOMPARE(admitted(throttle, anna, home, 4), 4);
        QCOMPARE(admitted(throttle, bert, home, 5), 5);
        throttle.succeeded(throttle.admit(anna, home).value());
        QCOMPARE(admitted(throttle, anna, home, 6), 5);
        QCOMPARE(admitted(throttle, bert, home, 1), 0);
    }

    void whatNobodyJudgedDoesNotCount()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        QCOMPARE(admitted(throttle, anna, home, 4), 4);
        clock.advance(1s);
        for (int i = 0; i < 500; ++i)
            throttle.withdrawn(throttle.admit(anna, home).value());
        QCOMPARE(admitted(throttle, anna, home, 2), 1);
        // Of an attempt that is forgotten meanwhile, nothing is left to take back.
        const auto forgotten = throttle.admit(bert, school).value();
        clock.advance(1h);
        QCOMPARE(admitted(throttle, anna, home, 6), 5);
        throttle.withdrawn(forgotten);
        QCOMPARE(admitted(throttle, bert, school, 6), 5);
    }

    void namesAreComparedWithoutAsciiCase()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        for (const char16_t *name : {u"anna", u"ANNA", u"Anna", u"aNNa", u"annA"})
            QVERIFY(throttle.admit(QString(name), home));
        QVERIFY(!throttle.admit(anna, home));
        QVERIFY(throttle.admit(QStringLiteral("anna "), home));
    }

    void addressesOfOneNetworkAreOne_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<bool>("isOne");
        const auto row = [](const char *name, const char *first, const char *second, bool isOne) {
            QTest::newRow(name) << QString::fromLatin1(first) << QString::fromLatin1(second) << isOne;
        };
        row("IPv4", "192.0.2.1", "192.0.2.1", true);
        row("another IPv4", "192.0.2.1", "192.0.2.2", false);
        row("one /64", "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true);
        row("two spellings", "2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true);
        row("the next /64", "2001:db8:1:2::1", "2001:db8:1:3::1", false);
        row("wrapped IPv4", "::ffff:192.0.2.1", "192.0.2.1", true);
        row("two wrapped", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false);
        row("loopback of both", "::1", "127.0.0.1", false);
        row("zones", "fe80::1%eth0", "fe80::2%eth1", true);
        row("local names", "local", "local", true);
        row("nothing and IPv4", "", "0.0.0.0", false);
    }
    void addressesOfOneNetworkAreOne()
    {
        QFETCH(const QString, first);
        QFETCH(const QString, second);
        QFETCH(const bool, isOne);
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        QCOMPARE(admitted(throttle, anna, first, 6), 5);
        QCOMPARE(admitted(throttle, anna, second, 6), isOne ? 0 : 5);
    }

    void anythingCanBeAnAddress()
    {
        QCOMPARE(networkBlock(QString(1'000'000, u'x')), QByteArray(64, 'x'));
        QCOMPARE(networkBlock(QString(1'000'000, QChar(0x4E2D))).size(), 64);
        QCOMPARE(networkBlock(QStringLiteral("2001:db8::1%")), networkBlock(QStringLiteral("2001:db8::")));
    }

    void anAddressHasALimitOverAllAccounts()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        for (int i = 0; i < 100; ++i)
            QVERIFY(throttle.admit(accountNumber(i), school));
        QCOMPARE(refusal(throttle, anna, school), 9s);
        QVERIFY(!refusal(throttle, anna, home));
        clock.advance(9s - 1ns);
        QCOMPARE(refusal(throttle, anna, school), 1s);
        clock.advance(1ns);
        QVERIFY(!refusal(throttle, anna, school));
        QCOMPARE(refusal(throttle, bert, school), 9s);
        clock.advance(15min);
        for (int i = 0; i < 100; ++i)
            QVERIFY(throttle.admit(accountNumber(i), school));
        QCOMPARE(refusal(throttle, bert, school), 9s);
    }

    void successesOfASchoolCostNothing()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        for (int i = 0; i < 1000; ++i)
            throttle.succeeded(throttle.admit(accountNumber(i), school).value());
        QCOMPARE(throttle.size(), 1U); // the address, for as long as no time passes
        clock.advance(1ns);
        QCOMPARE(admitted(throttle, anna, home, 1), 1);
        QCOMPARE(throttle.size(), 2U); // those of the last call
    }

    void parallelAttemptsGainNothing()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        std::atomic<int> count = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&throttle, &count] { count += admitted(throttle, anna, home, 1000); });
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(count.load(), 5);
    }

    void memoryIsBounded()
    {
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        for (int i = 0; i < 1'000'000; ++i)
            QVERIFY(throttle.admit(anna, addressNumber(i)));
        QCOMPARE(throttle.size(), 200'000U);
        // The latest are known still.
        QCOMPARE(admitted(throttle, anna, addressNumber(999'999), 5), 4);
        clock.advance(15min);
        QVERIFY(throttle.admit(anna, home));
        QCOMPARE(throttle.size(), 2U);
    }

    /// Random operations against a plain list of failures.
    void behavesLikeASimpleModel()
    {
        const unsigned seed = 4711;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        test::FakeClock clock;
        SignInThrottle throttle(clock);
        std::map<std::pair<int, int>, std::deque<Clock::Steady>> model;
        for (int step = 0; step < 50'000; ++step) {
            clock.advance(std::chrono::seconds(random() % 40));
            const auto now = clock.steady();
            const int account = int(random() % 3);
            const int address = int(random() % 4);
            auto &failures = model[{account, address}];
            std::erase_if(failures, [now](Clock::Steady at) { return at + 15min <= now; });
            const auto attempt = throttle.admit(accountNumber(account), addressNumber(address));
            QCOMPARE(attempt.has_value(), failures.size() < 5);
            if (!attempt) {
                QCOMPARE(*attempt.error().retryAfter,
                         std::chrono::ceil<std::chrono::seconds>(failures.front() + 15min - now));
            } else if (random() % 10 == 0) {
                throttle.succeeded(*attempt);
                failures.clear();
            } else if (random() % 10 == 0) {
                throttle.withdrawn(*attempt);
            } else {
                failures.push_back(now);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestSignInThrottle)
#include "tst_signinthrottle.moc"
