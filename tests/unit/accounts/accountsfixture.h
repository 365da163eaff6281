// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/groupservice.h"
#include "daemon/accounts/keyservice.h"
#include "daemon/accounts/policyservice.h"
#include "daemon/accounts/signinservice.h"
#include "daemon/accounts/userservice.h"
#include "daemon/storage/relational/sqlaccountstores.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdirectory.h"

#include <QTest>

#include <functional>

namespace moe::test {

inline constexpr accounts::PasswordCost cheap{.passes = 1, .memoryBytes = 8192};
inline const QByteArray goodPassword("correct horse");

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

/// The store's own, unless it fails or something happens first.
class WatchedSnapshots final : public accounts::SnapshotStore
{
public:
    explicit WatchedSnapshots(SnapshotStore &store) : m_store(store) { }

    bool isFailing = false;
    std::function<void()> beforeReading = [] { };

    Task<accounts::AccountSnapshot> loadAll(RequestContext context) override
    {
        return m_store.loadAll(std::move(context));
    }
    Task<accounts::UserEntry> loadUser(UserId id, RequestContext context) override
    {
        CO_TRY_VOID(answer());
        co_return co_await m_store.loadUser(id, std::move(context));
    }
    Task<accounts::GroupEntry> loadGroup(GroupId id, RequestContext context) override
    {
        CO_TRY_VOID(answer());
        co_return co_await m_store.loadGroup(id, std::move(context));
    }

private:
    [[nodiscard]] Result<void> answer() const
    {
        beforeReading();
        if (isFailing)
            return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The store fails.")));
        return {};
    }

    SnapshotStore &m_store;
};

/// What a daemon has of accounts, on SQLite in a folder; another one on the same folder is the daemon after a restart.
struct AccountsDaemon {
    AccountsDaemon(const TestDirectory &folder, const FakeClock &clock, accounts::ResourceCheck isKnown = {},
                   std::vector<accounts::ErasureHook *> erasure = {}, accounts::PasswordCost cost = cheap)
        : executor(
              storage::openSqlite({folder.file(QStringLiteral("moe.db")), std::chrono::milliseconds(20), {}}, clock)
                  .value())
        , stores(*executor)
        , throttle(clock)
        , setupToken(folder.path(), clock, throttle)
        , hasher(accounts::PasswordHasher::create({cost}).value())
        , snapshots(stores.snapshots)
        , live({snapshots, keys, accounts, sessions})
        , signIns({stores.users, stores.sessions, sessions, live, *hasher, throttle, setupToken, clock})
        , eraser(std::move(erasure))
        , users({stores.users, live, *hasher, clock, stores.keys, &eraser})
        , keyService({stores.keys, stores.users, keys, accounts, live, clock})
        , policies({stores.users, stores.grants, stores.limits, live, accounts, clock, std::move(isKnown)})
        , groups({stores.groups, stores.users, live, *hasher, clock})
    {
        const bool isLoaded = wait(live.load({})) && wait(signIns.load({}));
        Q_ASSERT_X(isLoaded, "AccountsDaemon", "cannot load");
    }

    User addUser(const QString &name, Role role = Role::User, std::optional<QByteArray> password = {})
    {
        accounts::NewAccount account{name};
        account.role = role;
        account.password = std::move(password);
        return wait(users.add(account, {})).value();
    }
    Result<accounts::SignedIn> signIn(const QString &name, const QByteArray &password = goodPassword,
                                      const QString &address = QStringLiteral("192.0.2.1"))
    {
        return wait(signIns.signIn(name, QByteArray(password.constData(), password.size()),
                                   {address, QStringLiteral("test")}, {}));
    }

    std::unique_ptr<storage::DbExecutor> executor;
    storage::SqlAccountStores stores;
    accounts::KeyDirectory keys;
    accounts::AccountDirectory accounts;
    accounts::SessionDirectory sessions;
    accounts::SignInThrottle throttle;
    accounts::SetupToken setupToken;
    std::unique_ptr<accounts::PasswordHasher> hasher;
    WatchedSnapshots snapshots;
    accounts::LiveAccounts live;
    accounts::SignInService signIns;
    accounts::Eraser eraser;
    accounts::UserService users;
    accounts::KeyService keyService;
    accounts::PolicyService policies;
    accounts::GroupService groups;
};

/// Keeps all writers of a daemon's database waiting, as a broken disk does, while it exists.
class DatabaseLock
{
public:
    explicit DatabaseLock(const TestDirectory &folder)
    {
        QSqlDatabase other = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("locker"));
        other.setDatabaseName(folder.file(QStringLiteral("moe.db")));
        m_isLocked = other.open() && QSqlQuery(other).exec(QStringLiteral("BEGIN EXCLUSIVE"));
    }
    DatabaseLock(const DatabaseLock &) = delete;
    DatabaseLock &operator=(const DatabaseLock &) = delete;
    ~DatabaseLock()
    {
        QSqlDatabase::database(QStringLiteral("locker"), false).close();
        QSqlDatabase::removeDatabase(QStringLiteral("locker"));
    }
    [[nodiscard]] bool isLocked() const { return m_isLocked; }

private:
    bool m_isLocked = false;
};

/// A fresh daemon for every test function.
class AccountsTest : public QObject
{
    Q_OBJECT

protected:
    [[nodiscard]] AccountsDaemon &daemon() { return *m_daemon; }
    [[nodiscard]] test::FakeClock &clock() { return *m_clock; }
    [[nodiscard]] TestDirectory &folder() { return *m_folder; }
    void restart(accounts::ResourceCheck isKnown = {}, std::vector<accounts::ErasureHook *> erasure = {},
                 accounts::PasswordCost cost = cheap)
    {
        m_daemon.reset();
        m_daemon = std::make_unique<AccountsDaemon>(*m_folder, *m_clock, std::move(isKnown), std::move(erasure), cost);
    }
    [[nodiscard]] bool isKeyAccepted(const QByteArray &key)
    {
        return daemon().keys.verify(key, clock().system()).has_value();
    }
    [[nodiscard]] std::optional<accounts::SessionPrincipal> sessionOf(const QByteArray &token)
    {
        return daemon().sessions.verify(token, clock().system());
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<TestDirectory>();
        m_clock = std::make_unique<FakeClock>();
        restart();
    }
    void cleanup() { m_daemon.reset(); }

private:
    std::unique_ptr<TestDirectory> m_folder;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<AccountsDaemon> m_daemon;
};

}
