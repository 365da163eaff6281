// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/keytext.h"
#include "daemon/accounts/sessiondirectory.h"

#include <QTest>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const auto now = Clock::System(1'700'000'000s);

QByteArray tokenNumber(int number)
{
    return sessionTokenStart.toByteArray() + QByteArray::number(number, 16).rightJustified(48, '0');
}

SessionUser userNumber(int number) { return {UserId(number), QStringLiteral("user%1").arg(number)}; }

/// Each user has four sessions.
DirectorySession sessionNumber(int number)
{
    return {hashOfSecret(tokenNumber(number)), {SessionId(number), userNumber(number / 4)}, now};
}

std::vector<DirectorySession> sessions(int first, int last)
{
    std::vector<DirectorySession> all;
    for (int number = first; number <= last; ++number)
        all.push_back(sessionNumber(number));
    return all;
}

}

class TestSessionDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newTokensHaveTheRightForm()
    {
        const QByteArray token = newSessionToken();
        QCOMPARE(token.size(), 55);
        QVERIFY(token.startsWith("moe-st-"));
        QVERIFY(isSecretText(token, sessionTokenStart));
        QVERIFY(newSessionToken() != token);
        // A key is no token, and the other way round.
        QVERIFY(!isKeyText(token));
        QVERIFY(!isSecretText(newKeyText(), sessionTokenStart));
    }

    void malformedTokens_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray good = tokenNumber(0xabc);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << good.chopped(1);
        QTest::newRow("long") << good + '0';
        QTest::newRow("upper case") << QByteArray(good).replace("abc", "ABC");
        QTest::newRow("no hex") << good.chopped(1) + 'g';
        QTest::newRow("a key") << QByteArray(good).replace("moe-st-", "moe-sk-");
        QTest::newRow("zero byte") << good.chopped(1) + '\0';
        QTest::newRow("huge") << QByteArray(1'000'000, 'a');
    }
    void malformedTokens()
    {
        QFETCH(const QByteArray, text);
        SessionDirectory directory;
        // Even if its hash were there, the form alone refuses it.
        DirectorySession session = sessionNumber(1);
        session.hash = hashOfSecret(text);
        directory.open(session);
        QVERIFY(!directory.verify(text, now));
    }

    void verifyNamesTheUser()
    {
        SessionDirectory directory;
        QVERIFY(!directory.verify(tokenNumber(7), now));
        DirectorySession session = sessionNumber(7);
        session.principal.user.role = Role::Operator;
        session.principal.user.mustChangePassword = true;
        directory.open(session);
        QCOMPARE(directory.verify(tokenNumber(7), now), session.principal);
        QVERIFY(!directory.verify(tokenNumber(8), now));
    }

    void twelveHoursSlide()
    {
        SessionDirectory directory;
        directory.load(sessions(1, 2));
        auto at = now;
        for (int i = 0; i < 10; ++i) {
            at += 12h - 1s;
            QVERIFY(directory.verify(tokenNumber(1), at));
        }
        QVERIFY(!directory.verify(tokenNumber(1), at + 12h));
        QVERIFY(directory.verify(tokenNumber(1), at + 12h - 1ns));
        QVERIFY(directory.verify(tokenNumber(2), now + 12h - 1ns));
        QVERIFY(!directory.verify(tokenNumber(2), now + 24h));
        // A clock that goes back shortens nothing.
        QVERIFY(directory.verify(tokenNumber(1), now));
        QVERIFY(directory.verify(tokenNumber(1), at + 23h));
    }

    void expiredOnesAreForgotten()
    {
        SessionDirectory directory;
        directory.load(sessions(1, 4));
        QVERIFY(directory.verify(tokenNumber(3), now + 1s));
        QVERIFY(directory.takeExpired(now + 12h - 1ns).empty());
        auto expired = directory.takeExpired(now + 12h);
        std::sort(expired.begin(), expired.end());
        QCOMPARE(expired, (std::vector<SessionId>{SessionId(1), SessionId(2), SessionId(4)}));
        QCOMPARE(directory.size(), 1U);
        QVERIFY(directory.takeExpired(now + 12h).empty());
    }

    void revokedOnesAreRefused()
    {
        SessionDirectory directory;
        directory.load(sessions(0, 11)); // of the users 0, 1 and 2
        directory.revoke(SessionId(1));
        directory.revoke(SessionId(99));
        QVERIFY(!directory.verify(tokenNumber(1), now));
        QVERIFY(directory.verify(tokenNumber(2), now));
        directory.revokeUser(UserId(1));
        for (int number = 4; number <= 7; ++number)
            QVERIFY(!directory.verify(tokenNumber(number), now));
        directory.revokeUser(UserId(2), SessionId(9));
        for (int number = 8; number <= 11; ++number)
            QCOMPARE(directory.verify(tokenNumber(number), now).has_value(), number == 9);
        QCOMPARE(directory.size(), 4U);
    }

    void aNewRoleCountsAtOnce()
    {
        SessionDirectory directory;
        directory.load(sessions(4, 8));
        SessionUser changed = userNumber(1);
        changed.role = Role::Admin;
        directory.updateUser(changed);
        for (int number = 4; number <= 7; ++number)
            QCOMPARE(directory.verify(tokenNumber(number), now)->user, changed);
        QCOMPARE(directory.verify(tokenNumber(8), now)->user, userNumber(2));
    }

    void loadReplacesAll()
    {
        SessionDirectory directory;
        directory.load(sessions(1, 10));
        directory.load(sessions(11, 11));
        QCOMPARE(directory.size(), 1U);
        QVERIFY(!directory.verify(tokenNumber(1), now));
        QVERIFY(directory.verify(tokenNumber(11), now));
    }

    void touchesAreTakenOnceWithTheLatestTime()
    {
        SessionDirectory directory;
        directory.load(sessions(1, 4));
        QVERIFY(directory.takeTouches().empty());
        for (const int number : {1, 2, 3, 50})
            (void)directory.verify(tokenNumber(number), now + 1s);
        (void)directory.verify(tokenNumber(2), now + 3s);
        (void)directory.verify(tokenNumber(2), now + 2s); // of a thread that was held up
        directory.revoke(SessionId(3));
        std::map<SessionId, Clock::System> touches;
        for (const SessionTouch &touch : directory.takeTouches())
            QVERIFY(touches.emplace(touch.session, touch.at).second);
        QCOMPARE(touches, (std::map<SessionId, Clock::System>{{SessionId(1), now + 1s}, {SessionId(2), now + 3s}}));
        QVERIFY(directory.takeTouches().empty());
        (void)directory.verify(tokenNumber(4), now + 4s);
        QCOMPARE(directory.takeTouches(), (std::vector<SessionTouch>{{SessionId(4), now + 4s}}));
    }

    /// Random operations against a plain map.
    void behavesLikeASimpleModel()
    {
        const unsigned seed = 20250101;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        SessionDirectory directory;
        std::map<int, Clock::System> model; // when last used
        auto at = now;
        for (int step = 0; step < 50'000; ++step) {
            at += std::chrono::minutes(random() % 30);
            const int number = 4 + int(random() % 100);
            switch (random() % 8) {
            case 0: {
                DirectorySession session = sessionNumber(number);
                session.lastUsed = at;
                directory.open(session);
                model.insert_or_assign(number, at);
                break;
            }
            case 1:
                directory.revoke(SessionId(number));
                model.erase(number);
                break;
            case 2:
                directory.revokeUser(UserId(number / 4));
                std::erase_if(model, [number](const auto &item) { return item.first / 4 == number / 4; });
                break;
            case 3:
                QCOMPARE(directory.takeExpired(at).size(),
                         std::erase_if(model, [at](const auto &item) { return item.second + 12h <= at; }));
                break;
            default: {
                const auto known = model.find(number);
                const bool isExpected = known != model.end() && at < known->second + 12h;
                QCOMPARE(directory.verify(tokenNumber(number), at).has_value(), isExpected);
                if (isExpected)
                    known->second = at;
            }
            }
        }
        QCOMPARE(directory.size(), model.size());
    }

    /// Readers on several threads beside one that revokes, by session and by user, and opens: what was revoked before a
    /// verify began is never accepted, what was never touched is never refused.
    void threadsAgree()
    {
        constexpr int stable = 64;
        constexpr int revoked = 2000;
        SessionDirectory directory;
        directory.load(sessions(0, stable + revoked - 1));
        std::atomic<int> revokedBelow = stable; // all from `stable` to here are revoked
        std::atomic<bool> isDone = false;
        std::atomic<int> mistakes = 0;
        std::atomic<qint64> touches = 0;
        const auto read = [&](unsigned seed) {
            std::mt19937 random(seed);
            while (!isDone) {
                const int number = int(random() % stable);
                const auto principal = directory.verify(tokenNumber(number), now);
                mistakes += !principal || principal->user.id != UserId(number / 4);
                const int limit = revokedBelow;
                if (limit > stable) {
                    const int gone = stable + int(random() % unsigned(limit - stable));
                    mistakes += directory.verify(tokenNumber(gone), now).has_value();
                }
            }
        };
        std::vector<std::thread> threads;
        for (unsigned seed = 1; seed <= 3; ++seed)
            threads.emplace_back(read, seed);
        threads.emplace_back([&] {
            while (!isDone)
                touches += qint64(directory.takeTouches().size());
        });
        while (touches == 0) // all are at work
            std::this_thread::yield();
        for (int number = stable; number < stable + revoked; number += 4) {
            if (number % 8 == 0) {
                directory.revokeUser(UserId(number / 4));
            } else {
                for (int i = 0; i < 4; ++i)
                    directory.revoke(SessionId(number + i));
            }
            revokedBelow = number + 4;
            directory.open(sessionNumber(1'000'000 + number));
            directory.updateUser(userNumber(number % stable / 4));
        }
        isDone = true;
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(mistakes.load(), 0);
        QVERIFY(touches > 0);
        QCOMPARE(directory.size(), std::size_t(stable + revoked / 4));
    }
};

QTEST_APPLESS_MAIN(TestSessionDirectory)
#include "tst_sessiondirectory.moc"
