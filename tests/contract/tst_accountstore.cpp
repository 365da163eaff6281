// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountstore.h"
#include "daemon/storage/sqlite/sqliteaccountstore.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"

#include <QTemporaryDir>
#include <QTest>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const auto now = Clock::System(1'700'000'000'123ms);

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

/// A back end in a fresh, empty state; reopening keeps what is stored.
class BackEnd
{
public:
    virtual ~BackEnd() = default;
    virtual AccountStore &store() = 0;
    virtual bool reopen() = 0;
};

class SqliteBackEnd final : public BackEnd
{
public:
    AccountStore &store() override { return *m_store; }
    bool reopen() override
    {
        m_store.reset();
        m_executor.reset();
        auto executor = storage::openSqlite({m_folder.filePath(QStringLiteral("moe.db")), 20ms, {}}, m_clock);
        if (!executor)
            return false;
        m_executor = std::move(*executor);
        m_store = std::make_unique<storage::SqliteAccountStore>(*m_executor);
        return true;
    }

private:
    QTemporaryDir m_folder;
    SystemClock m_clock;
    std::unique_ptr<storage::DbExecutor> m_executor;
    std::unique_ptr<AccountStore> m_store;
};

std::unique_ptr<BackEnd> makeBackEnd(const QString &name)
{
    if (name == u"sqlite")
        return std::make_unique<SqliteBackEnd>();
    return {};
}

NewKey newKey(UserId user, int number)
{
    const QByteArray text
        = keyStart.toByteArray() + QByteArray::number(number, 16).rightJustified(9, '0') + QByteArray(39, 'f');
    return NewKey{user, hashOfKey(text), text.first(keyPrefixLength), QStringLiteral("key %1").arg(number), {}, now};
}

}

class TestAccountStore : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<BackEnd> m_backEnd;

    AccountStore &store() { return m_backEnd->store(); }
    User addUser(const QString &name) { return wait(store().addUser({name, now}, {})).value(); }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<QString>("backEnd");
        QTest::newRow("sqlite") << QStringLiteral("sqlite");
    }
    void init()
    {
        QFETCH_GLOBAL(const QString, backEnd);
        m_backEnd = makeBackEnd(backEnd);
        QVERIFY(m_backEnd && m_backEnd->reopen());
    }
    void cleanup() { m_backEnd.reset(); }

    void usersAreKept()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(anna.id.value() > 0);
        QCOMPARE(anna.name, QStringLiteral("anna"));
        QCOMPARE(anna.created, now);
        QVERIFY(anna.isActive);
        const User berta = addUser(QStringLiteral("berta"));
        QVERIFY(berta.id > anna.id);
        QVERIFY(m_backEnd->reopen());
        QCOMPARE(wait(store().findUser(QStringLiteral("anna"), {})).value(), anna);
        QCOMPARE(wait(store().listUsers({}, {})).value(), QList<User>({anna, berta}));
    }

    void namesAreUniqueWithoutRegardToCase()
    {
        const User anna = addUser(QStringLiteral("Anna"));
        QCOMPARE(wait(store().addUser({QStringLiteral("aNNA"), now}, {})).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().findUser(QStringLiteral("ANNA"), {})).value(), anna);
        QCOMPARE(wait(store().findUser(QStringLiteral("Ann"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().findUser(QStringLiteral("Ann%"), {})).error().code, ErrorCode::NotFound);
    }

    void listsComeInPages()
    {
        for (int i = 0; i < 7; ++i)
            addUser(QStringLiteral("user%1").arg(i));
        const auto first = wait(store().listUsers({0, 3}, {})).value();
        QCOMPARE(first.size(), 3);
        const auto rest = wait(store().listUsers({first.back().id.value(), 10}, {})).value();
        QCOMPARE(rest.size(), 4);
        QCOMPARE(rest.front().name, QStringLiteral("user3"));
        QVERIFY(wait(store().listUsers({rest.back().id.value(), 10}, {})).value().isEmpty());
    }

    void keysAreKept()
    {
        const User anna = addUser(QStringLiteral("anna"));
        NewKey fresh = newKey(anna.id, 1);
        fresh.label = QStringLiteral("Läbel 🙂 'quoted'; --");
        fresh.expires = now + 24h;
        const ApiKey key = wait(store().addKey(fresh, {})).value();
        QCOMPARE(key.user, anna.id);
        QCOMPARE(key.userName, anna.name);
        QCOMPARE(key.prefix, fresh.prefix);
        QCOMPARE(key.label, fresh.label);
        QCOMPARE(key.expires, fresh.expires);
        QCOMPARE(key.created, now);
        QVERIFY(!key.lastUsed);
        QVERIFY(key.isActive);
        const ApiKey unlimited = wait(store().addKey(newKey(anna.id, 2), {})).value();
        QVERIFY(!unlimited.expires);
        QVERIFY(m_backEnd->reopen());
        QCOMPARE(wait(store().listKeys(anna.id, {}, {})).value(), QList<ApiKey>({key, unlimited}));
    }

    void keysOfNobodyAreRefused()
    {
        QCOMPARE(wait(store().addKey(newKey(UserId(77), 1), {})).error().code, ErrorCode::NotFound);
        QVERIFY(wait(store().listKeys({}, {}, {})).value().isEmpty());
    }

    void theSameKeyTwiceIsAConflict()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(wait(store().addKey(newKey(anna.id, 1), {})));
        QCOMPARE(wait(store().addKey(newKey(anna.id, 1), {})).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().listKeys({}, {}, {})).value().size(), 1);
    }

    void keysAreListedByUserAndPage()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        for (int i = 1; i <= 6; ++i)
            QVERIFY(wait(store().addKey(newKey(i % 2 ? anna.id : berta.id, i), {})));
        QCOMPARE(wait(store().listKeys({}, {}, {})).value().size(), 6);
        const auto ofBerta = wait(store().listKeys(berta.id, {0, 2}, {})).value();
        QCOMPARE(ofBerta.size(), 2);
        QCOMPARE(ofBerta[1].label, QStringLiteral("key 4"));
        QCOMPARE(wait(store().listKeys(berta.id, {ofBerta[1].id.value(), 2}, {})).value().size(), 1);
        QVERIFY(wait(store().listKeys(UserId(77), {}, {})).value().isEmpty());
    }

    void revokedKeysStayRevoked()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const ApiKey key = wait(store().addKey(newKey(anna.id, 1), {})).value();
        const ApiKey revoked = wait(store().revokeKey(key.id, {})).value();
        QVERIFY(!revoked.isActive);
        QCOMPARE(revoked.id, key.id);
        QVERIFY(m_backEnd->reopen());
        QVERIFY(wait(store().loadDirectory({})).value().empty());
        QVERIFY(!wait(store().listKeys({}, {}, {})).value().front().isActive);
        QVERIFY(wait(store().revokeKey(key.id, {})));                // again: nothing changes
        QCOMPARE(wait(store().revokeKey(key.prefix, {})).error().code, ErrorCode::NotFound); // active ones only
        QCOMPARE(wait(store().revokeKey(KeyId(77), {})).error().code, ErrorCode::NotFound);
    }

    void revokingByPrefixWantsOneKey()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const auto first = wait(store().addKey(newKey(anna.id, 0xabc1), {})).value();
        const auto second = wait(store().addKey(newKey(anna.id, 0xabc2), {})).value();
        const auto other = wait(store().addKey(newKey(anna.id, 0xf1), {})).value();
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000abc"), {})).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-1"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().revokeKey(QByteArray("%"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().loadDirectory({})).value().size(), 3U);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000abc2"), {})).value().id, second.id);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000a"), {})).value().id,
                 first.id); // now it is the only one
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-0"), {})).value().id, other.id);
    }

    void theDirectoryHoldsActiveKeys()
    {
        const User anna = addUser(QStringLiteral("anna"));
        NewKey fresh = newKey(anna.id, 1);
        fresh.expires = now - 1h; // expiry is the directory's matter
        const ApiKey key = wait(store().addKey(fresh, {})).value();
        const auto directory = wait(store().loadDirectory({})).value();
        QCOMPARE(directory.size(), 1U);
        QCOMPARE(directory[0].hash, fresh.hash);
        QCOMPARE(directory[0].key, key.id);
        QCOMPARE(directory[0].user, anna.id);
        QCOMPARE(directory[0].prefix, fresh.prefix);
        QCOMPARE(directory[0].expires, fresh.expires);
        QVERIFY(directory[0].isUserActive);
    }

    void touchesNeverGoBack()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const auto first = wait(store().addKey(newKey(anna.id, 1), {})).value();
        const auto second = wait(store().addKey(newKey(anna.id, 2), {})).value();
        QVERIFY(wait(store().touchKeys({{first.id, now + 5s}, {second.id, now}, {KeyId(77), now}}, {})));
        QVERIFY(wait(store().touchKeys({{first.id, now + 1s}, {second.id, now + 2s}}, {})));
        QVERIFY(wait(store().touchKeys({}, {})));
        const auto keys = wait(store().listKeys({}, {}, {})).value();
        QCOMPARE(keys[0].lastUsed, now + 5s);
        QCOMPARE(keys[1].lastUsed, now + 2s);
    }

    void stoppedCallsAreCancelled()
    {
        std::stop_source stop;
        stop.request_stop();
        RequestContext context;
        context.stop = stop.get_token();
        QCOMPARE(wait(store().addUser({QStringLiteral("anna"), now}, context)).error().code, ErrorCode::Cancelled);
        QVERIFY(wait(store().listUsers({}, {})).value().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestAccountStore)
#include "tst_accountstore.moc"
