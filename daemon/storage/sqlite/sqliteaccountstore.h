// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Users and keys in SQLite. The executor outlives it.
class SqliteAccountStore final : public accounts::AccountStore
{
public:
    explicit SqliteAccountStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<User> addUser(accounts::NewUser user, RequestContext context) override;
    [[nodiscard]] Task<User> findUser(QString name, RequestContext context) override;
    [[nodiscard]] Task<QList<User>> listUsers(accounts::Page page, RequestContext context) override;
    [[nodiscard]] Task<ApiKey> addKey(accounts::NewKey key, RequestContext context) override;
    [[nodiscard]] Task<QList<ApiKey>> listKeys(std::optional<UserId> user, accounts::Page page,
                                               RequestContext context) override;
    [[nodiscard]] Task<ApiKey> revokeKey(accounts::KeyReference reference, RequestContext context) override;
    [[nodiscard]] Task<std::vector<accounts::DirectoryKey>> loadDirectory(RequestContext context) override;
    [[nodiscard]] Task<void> touchKeys(std::vector<accounts::KeyTouch> touches, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
