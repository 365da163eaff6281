// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/userstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Users in a relational database. The executor outlives it.
class SqlUserStore final : public accounts::UserStore
{
public:
    explicit SqlUserStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<User> addUser(accounts::NewUser user, RequestContext context) override;
    [[nodiscard]] Task<User> findUser(QString name, RequestContext context) override;
    [[nodiscard]] Task<User> user(UserId id, RequestContext context) override;
    [[nodiscard]] Task<accounts::ListPage<User>> listUsers(accounts::UserQuery query, RequestContext context) override;
    [[nodiscard]] Task<User> updateUser(UserId id, accounts::UserChange change, std::optional<qint64> version,
                                        Clock::System now, RequestContext context) override;
    [[nodiscard]] Task<void> removeUser(UserId id, RequestContext context) override;
    [[nodiscard]] Task<accounts::PasswordEntry> findPassword(QString name, RequestContext context) override;
    [[nodiscard]] Task<User> setPassword(UserId id, QByteArray hash, bool mustChange, Clock::System now,
                                         RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
