// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordhasher.h"
#include "shared/async/taskscope.h"
#include "shared/async/wait.h"

#include <QRegularExpression>
#include <QTest>

#include <sodium.h>
#include <time.h>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

/// The least that Argon2id allows: a fraction of a millisecond.
constexpr PasswordCost cheap{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};

const QByteArray password("correct horse bättery staple");

/// Time all threads of this program have computed, whatever else the machine does.
double cpuMilliseconds()
{
    timespec time = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

QCoro::Task<> countOutcome(Task<bool> task, std::shared_ptr<std::map<int, int>> outcomes)
{
    const Result<bool> result = co_await task;
    ++(*outcomes)[result ? int(*result) : -1];
}

}

class TestPasswordHasher : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PasswordHasher> m_hasher;

private Q_SLOTS:
    void init() { m_hasher = std::move(*PasswordHasher::create({.cost = cheap})); }
    void cleanup() { m_hasher.reset(); }

    void hashesHaveTheStandardForm()
    {
        const QByteArray hash = wait(m_hasher->hash(password, {})).value();
        static const QRegularExpression form(
            QStringLiteral("^\\$argon2id\\$v=19\\$m=8,t=1,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}$"));
        QVERIFY2(form.match(QString::fromLatin1(hash)).hasMatch(), hash.constData());
        QVERIFY(wait(m_hasher->hash(password, {})).value() != hash); // another salt
    }

    void onlyThePasswordIsAccepted()
    {
        const QByteArray hash = wait(m_hasher->hash(password, {})).value();
        QCOMPARE(wait(m_hasher->verify(password, hash, {})).value(), true);
        for (const QByteArray &wrong : QByteArrayList{QByteArray(), password + ' ', password.chopped(1),
                                                      password.toUpper(), password + '\0', QByteArray(1'000'000, 'x')})
            QCOMPARE(wait(m_hasher->verify(wrong, hash, {})).value(), false);
    }

    void passwordsAreNotCutAnywhere()
    {
        const QByteArray start("abcdefgh\0ijk", 12);
        const QByteArray hash = wait(m_hasher->hash(start + '1', {})).value();
        QCOMPARE(wait(m_hasher->verify(start + '1', hash, {})).value(), true);
        QCOMPARE(wait(m_hasher->verify(start + '2', hash, {})).value(), false);
        const QByteArray longOne(1024, 'x');
        const QByteArray longHash = wait(m_hasher->hash(longOne, {})).value();
        QCOMPARE(wait(m_hasher->verify(longOne, longHash, {})).value(), true);
        QCOMPARE(wait(m_hasher->verify(longOne.chopped(1) + 'y', longHash, {})).value(), false);
    }

    void unreadableHashes_data()
    {
        QTest::addColumn<QByteArray>("hash");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("the password itself") << password;
        QTest::newRow("another scheme") << QByteArray("$2b$12$abcdefghijklmnopqrstuv");
        QTest::newRow("cut") << QByteArray("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA");
        QTest::newRow("rubbish") << QByteArray("$argon2id$v=19$m=8,t=1,p=1$!!!!$????");
        QTest::newRow("huge") << QByteArray(1'000'000, '$');
    }
    void unreadableHashes()
    {
        QFETCH(const QByteArray, hash);
        QCOMPARE(wait(m_hasher->verify(password, hash, {})).value(), false);
        QVERIFY(m_hasher->needsRehash(hash));
    }

    void anotherCostWantsARehash()
    {
        const QByteArray hash = wait(m_hasher->hash(password, {})).value();
        QVERIFY(!m_hasher->needsRehash(hash));
        const auto dearer = PasswordHasher::create({.cost = {cheap.passes + 1, cheap.memoryBytes}}).value();
        const auto larger = PasswordHasher::create({.cost = {cheap.passes, 2 * cheap.memoryBytes}}).value();
        QVERIFY(dearer->needsRehash(hash));
        QVERIFY(larger->needsRehash(hash));
        QCOMPARE(wait(dearer->verify(password, hash, {})).value(), true); // the old one is good all the same
    }

    void anImpossibleCostIsAFailureNotARefusal()
    {
        const auto hasher = PasswordHasher::create({.cost = {cheap.passes, 1}}).value(); // a byte of memory
        QCOMPARE(wait(hasher->hash(password, {})).error().code, ErrorCode::Unavailable);
        QCOMPARE(wait(hasher->verify(password, {}, {})).error().code, ErrorCode::Unavailable);
    }

    void manyAtOnceAreRefusedOrAnswered()
    {
        const auto hasher = PasswordHasher::create({.cost = {1, 8 * 1024 * 1024}, .queueLimit = 10}).value();
        const QByteArray hash = wait(hasher->hash(password, {})).value();
        const auto outcomes = std::make_shared<std::map<int, int>>();
        TaskScope scope;
        for (int i = 0; i < 1000; ++i)
            scope.spawn(countOutcome(hasher->verify(i % 2 ? password : QByteArray("wrong"), hash, {}), outcomes));
        QCoro::waitFor(scope.join());
        QCOMPARE((*outcomes)[0] + (*outcomes)[1] + (*outcomes)[-1], 1000);
        QVERIFY((*outcomes)[1] >= 5);
        QVERIFY((*outcomes)[-1] > 0);
    }

    void stoppedOnesEnd()
    {
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        stop.request_stop();
        QCOMPARE(wait(m_hasher->hash(password, context)).error().code, ErrorCode::Cancelled);
        QCOMPARE(wait(m_hasher->verify(password, {}, context)).error().code, ErrorCode::Cancelled);
    }

    void wipingOverwrites()
    {
        QByteArray secret(100, 'x');
        const char *const bytes = secret.constData();
        wipe(secret);
        QVERIFY(secret.isEmpty());
        QCOMPARE(secret.constData(), bytes); // the memory is still ours, so it may be looked at
        QVERIFY(std::all_of(bytes, bytes + 100, [](char c) { return c == '\0'; }));
        QByteArray shared(100, 'x');
        const QByteArray other = shared;
        wipe(shared);
        QVERIFY(shared.isEmpty());
        QCOMPARE(other, QByteArray(100, 'x'));
    }

    /// Known, unknown and broken users take the same work at the real cost; what that is, is told.
    void theRealCost()
    {
        const auto hasher = PasswordHasher::create().value();
        const QByteArray hash = wait(hasher->hash(password, {})).value();
        QVERIFY(hash.startsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
        const auto milliseconds = [&hasher](const QByteArray &storedHash) {
            const double start = cpuMilliseconds();
            (void)wait(hasher->verify(password, storedHash, {}));
            return cpuMilliseconds() - start;
        };
        double known = 1e9;
        double unknown = 1e9;
        double broken = 1e9;
        for (int i = 0; i < 5; ++i) {
            known = std::min(known, milliseconds(hash));
            unknown = std::min(unknown, milliseconds({}));
            broken = std::min(broken, milliseconds("$argon2id$broken"));
        }
        qInfo("CPU of a known user %.1f ms, unknown %.1f ms, broken hash %.1f ms", known, unknown, broken);
        QVERIFY(known > 5);
        QVERIFY(unknown > known / 2 && unknown < known * 2);
        QVERIFY(broken > known / 2 && broken < known * 2);
    }
};

QTEST_GUILESS_MAIN(TestPasswordHasher)
#include "tst_passwordhasher.moc"
