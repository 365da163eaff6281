// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/keydirectory.h"

#include <QCryptographicHash>
#include <QTest>

#include <time.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const auto now = Clock::System(std::chrono::seconds(1'700'000'000));

QByteArray keyNumber(int number)
{
    return keyStart.toByteArray() + QByteArray::number(number, 16).rightJustified(48, '0');
}

/// Time this thread has computed, whatever else the machine does.
double cpuMicroseconds()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e6 + double(time.tv_nsec) / 1e3;
}

DirectoryKey directoryKey(int number)
{
    DirectoryKey key;
    key.hash = hashOfKey(keyNumber(number));
    key.key = KeyId(number);
    key.user = UserId(number / 5 + 1);
    key.prefix = keyNumber(number).first(keyPrefixLength);
    return key;
}

std::vector<DirectoryKey> directoryKeys(int count)
{
    std::vector<DirectoryKey> keys;
    for (int number = 1; number <= count; ++number)
        keys.push_back(directoryKey(number));
    return keys;
}

}

class TestKeyDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newKeysHaveTheRightForm()
    {
        const QByteArray key = newKeyText();
        QCOMPARE(key.size(), 55);
        QVERIFY(isKeyText(key));
        QVERIFY(newKeyText() != key);
    }

    void hashIsSha256()
    {
        for (const QByteArray &text : {QByteArray(), keyNumber(1), QByteArray(1000, 'x')}) {
            const KeyHash hash = hashOfKey(text);
            QCOMPARE(QByteArrayView(hash), QCryptographicHash::hash(text, QCryptographicHash::Sha256));
        }
    }

    void malformedKeys_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray good = keyNumber(0xabc);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << good.chopped(1);
        QTest::newRow("long") << good + '0';
        QTest::newRow("upper case") << QByteArray(good).replace("abc", "ABC");
        QTest::newRow("no hex") << good.chopped(1) + 'g';
        QTest::newRow("other start") << QByteArray(good).replace("moe-sk-", "moe_sk-");
        QTest::newRow("space") << good.chopped(1) + ' ';
        QTest::newRow("zero byte") << good.chopped(1) + '\0';
        QTest::newRow("negative char") << good.chopped(1) + '\xff';
        QTest::newRow("huge") << QByteArray(1'000'000, 'a');
    }
    void malformedKeys()
    {
        QFETCH(const QByteArray, text);
        QVERIFY(!isKeyText(text));
        KeyDirectory directory;
        // Even if its hash were there, the form alone refuses it.
        DirectoryKey key = directoryKey(1);
        key.hash = hashOfKey(text);
        directory.add(key);
        QVERIFY(!directory.verify(text, now));
    }

    void verifyNamesTheOwner()
    {
        KeyDirectory directory;
        QVERIFY(!directory.verify(keyNumber(7), now));
        directory.add(directoryKey(7));
        const auto principal = directory.verify(keyNumber(7), now);
        QVERIFY(principal);
        QCOMPARE(principal->key, KeyId(7));
        QCOMPARE(principal->user, UserId(2));
        QCOMPARE(principal->keyPrefix, keyNumber(7).first(16));
        QVERIFY(!directory.verify(keyNumber(8), now));
    }

    void revokedExpiredAndBlockedAreRefused()
    {
        KeyDirectory directory;
        DirectoryKey expiring = directoryKey(1);
        expiring.expires = now + 1s;
        DirectoryKey blocked = directoryKey(2);
        blocked.isUserActive = false;
        directory.load({expiring, blocked, directoryKey(3)});
        QVERIFY(directory.verify(keyNumber(1), now + 999ms));
        QVERIFY(!directory.verify(keyNumber(1), now + 1s));
        QVERIFY(!directory.verify(keyNumber(2), now));
        QVERIFY(directory.verify(keyNumber(3), now));
        directory.revoke(KeyId(3));
        directory.revoke(KeyId(99));
        QVERIFY(!directory.verify(keyNumber(3), now));
        QCOMPARE(directory.size(), 2U);
    }

    void expiriesChange()
    {
        KeyDirectory directory;
        directory.load(directoryKeys(3));
        directory.setExpiry(KeyId(2), now + 1s);
        QVERIFY(directory.verify(keyNumber(2), now));
        QVERIFY(!directory.verify(keyNumber(2), now + 1s));
        QVERIFY(directory.verify(keyNumber(1), now + 1s) && directory.verify(keyNumber(3), now + 1s));
        directory.setExpiry(KeyId(2), {});
        directory.setExpiry(KeyId(99), now);
        QVERIFY(directory.verify(keyNumber(2), now + 1s));
    }

    void usersGoWithTheirKeys()
    {
        KeyDirectory directory;
        directory.load(directoryKeys(9)); // of the users 1 (four) and 2 (five)
        directory.removeUser(UserId(1));
        directory.removeUser(UserId(99));
        QCOMPARE(directory.size(), 5U);
        QVERIFY(!directory.verify(keyNumber(4), now));
        QVERIFY(directory.verify(keyNumber(5), now));
    }

    void loadReplacesAll()
    {
        KeyDirectory directory;
        directory.load(directoryKeys(10));
        directory.load({directoryKey(11)});
        QCOMPARE(directory.size(), 1U);
        QVERIFY(!directory.verify(keyNumber(1), now));
        QVERIFY(directory.verify(keyNumber(11), now));
    }

    void touchesAreTakenOnceWithTheLatestTime()
    {
        KeyDirectory directory;
        directory.load(directoryKeys(100));
        for (int number = 1; number <= 100; ++number)
            (void)directory.verify(keyNumber(number), now);
        (void)directory.verify(keyNumber(5), now + 3s);
        (void)directory.verify(keyNumber(500), now); // unknown: no touch
        directory.revoke(KeyId(6));                  // used before, so its touch stays
        std::map<KeyId, Clock::System> touches;
        for (const KeyTouch &touch : directory.takeTouches())
            QVERIFY(touches.emplace(touch.key, touch.at).second);
        QCOMPARE(touches.size(), 100U);
        QCOMPARE(touches.at(KeyId(5)), now + 3s);
        QCOMPARE(touches.at(KeyId(6)), now);
        QVERIFY(directory.takeTouches().empty());
        (void)directory.verify(keyNumber(5), now + 4s);
        QCOMPARE(directory.takeTouches(), std::vector<KeyTouch>({KeyTouch{KeyId(5), now + 4s}}));
    }

    /// Random operations against a plain map.
    void behavesLikeASimpleModel()
    {
        const unsigned seed = 20240611;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        KeyDirectory directory;
        std::map<int, DirectoryKey> model;
        for (int step = 0; step < 20'000; ++step) {
            const int number = 1 + int(random() % 200);
            const auto at = now + std::chrono::seconds(step);
            switch (random() % 4) {
            case 0: {
                DirectoryKey key = directoryKey(number);
                if (random() % 3 == 0)
                    key.expires = at + std::chrono::seconds(random() % 2000);
                key.isUserActive = random() % 5 != 0;
                directory.add(key);
                model.insert_or_assign(number, key);
                break;
            }
            case 1:
                directory.revoke(KeyId(number));
                model.erase(number);
                break;
            default: {
                const auto known = model.find(number);
                const bool isExpected = known != model.end() && known->second.isUserActive
                    && (!known->second.expires || at < *known->second.expires);
                const auto principal = directory.verify(keyNumber(number), at);
                QCOMPARE(principal.has_value(), isExpected);
                if (principal)
                    QCOMPARE(principal->key, KeyId(number));
            }
            }
        }
        QCOMPARE(directory.size(), model.size());
    }

    /// Readers on several threads beside one that revokes and adds: a key that was revoked before a verify began is
    /// never accepted, a key that was never touched is never refused.
    void threadsAgree()
    {
        constexpr int stableKeys = 64;
        constexpr int revokedKeys = 2000;
        KeyDirectory directory;
        directory.load(directoryKeys(stableKeys + revokedKeys));
        std::atomic<int> revokedUpTo = stableKeys; // all above stableKeys up to here are revoked
        std::atomic<bool> isDone = false;
        std::atomic<int> mistakes = 0;
        std::atomic<qint64> touches = 0;

        const auto read = [&](unsigned seed) {
            std::mt19937 random(seed);
            while (!isDone) {
                const int stable = 1 + int(random() % stableKeys);
                mistakes += !directory.verify(keyNumber(stable), now);
                const int limit = revokedUpTo;
                if (limit > stableKeys) {
                    const int revoked = stableKeys + 1 + int(random() % unsigned(limit - stableKeys));
                    mistakes += directory.verify(keyNumber(revoked), now).has_value();
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
        for (int number = stableKeys + 1; number <= stableKeys + revokedKeys; ++number) {
            directory.revoke(KeyId(number));
            revokedUpTo = number;
            directory.add(directoryKey(1'000'000 + number));
        }
        isDone = true;
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(mistakes.load(), 0);
        QVERIFY(touches > 0);
        QCOMPARE(directory.size(), std::size_t(stableKeys + revokedKeys));
    }

    void largeDirectoryLoadsAndVerifiesFast()
    {
        const auto keys = directoryKeys(50'000);
        KeyDirectory directory;
        double start = cpuMicroseconds();
        directory.load(keys);
        qInfo("loading 50,000 keys: %.1f ms of CPU", (cpuMicroseconds() - start) / 1e3);
        std::vector<QByteArray> presented;
        for (int number = 1; number <= 1024; ++number)
            presented.push_back(keyNumber(number * 48));
        constexpr int calls = 200'000;
        int accepted = 0;
        start = cpuMicroseconds();
        for (int i = 0; i < calls; ++i)
            accepted += directory.verify(presented[size_t(i) % presented.size()], now).has_value();
        qInfo("verify: %.0f ns of CPU", (cpuMicroseconds() - start) * 1e3 / calls);
        QCOMPARE(accepted, calls);
        start = cpuMicroseconds();
        directory.revoke(KeyId(1));
        qInfo("revoke: %.2f ms of CPU", (cpuMicroseconds() - start) / 1e3);
    }
};

QTEST_APPLESS_MAIN(TestKeyDirectory)
#include "tst_keydirectory.moc"
