// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/relational/sqlaccountstores.h"

#include <QTest>

namespace moe::test {

/// Some time, without fractions of a millisecond.
inline constexpr Clock::System someTime{std::chrono::milliseconds(1'700'000'000'123)};

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

/// A back end in a fresh, empty state; reopening keeps what is stored.
class BackEnd
{
public:
    BackEnd() = default;
    BackEnd(const BackEnd &) = delete;
    BackEnd &operator=(const BackEnd &) = delete;
    virtual ~BackEnd() = default;

    [[nodiscard]] bool reopen();
    [[nodiscard]] storage::SqlAccountStores &stores() { return *m_stores; }
    /// What no store would do, such as tampering.
    [[nodiscard]] Result<void> execute(const QString &sql);

private:
    virtual Result<std::unique_ptr<storage::DbExecutor>> open() = 0;

    std::unique_ptr<storage::DbExecutor> m_executor;
    std::unique_ptr<storage::SqlAccountStores> m_stores;
};

/// The base of all contract tests: every test function runs once with each back end, or is skipped with the reason.
class ContractTest : public QObject
{
    Q_OBJECT

public:
    ContractTest();
    ~ContractTest() override;

protected:
    [[nodiscard]] BackEnd &backEnd() { return *m_backEnd; }
    [[nodiscard]] storage::SqlAccountStores &stores() { return m_backEnd->stores(); }
    [[nodiscard]] Result<User> tryAddUser(const QString &name, Role role = Role::User);
    User addUser(const QString &name, Role role = Role::User);
    /// The number makes its text.
    [[nodiscard]] static accounts::NewKey newKey(UserId user, int number);
    ApiKey addKey(UserId user, int number);
    Group addGroup(const QString &name);

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

private:
    std::unique_ptr<class PostgresServer> m_postgres;
    QString m_missingPostgres; // why there is none
    std::unique_ptr<BackEnd> m_backEnd;
};

}
