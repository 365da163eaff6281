// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/grantstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Permissions in a relational database. The executor outlives it.
class SqlGrantStore final : public accounts::GrantStore
{
public:
    explicit SqlGrantStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<bool> grant(accounts::Grantee grantee, QList<Permission> permissions, Clock::System now,
                                   RequestContext context) override;
    [[nodiscard]] Task<bool> revoke(accounts::Grantee grantee, QList<Permission> permissions, Clock::System now,
                                    RequestContext context) override;
    [[nodiscard]] Task<QList<Permission>> permissions(accounts::Grantee grantee, RequestContext context) override;
    [[nodiscard]] Task<QList<Permission>> effectivePermissions(UserId user, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
