// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/snapshotstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// The state at the start in a relational database. The executor outlives it.
class SqlSnapshotStore final : public accounts::SnapshotStore
{
public:
    explicit SqlSnapshotStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<accounts::AccountSnapshot> loadAll(RequestContext context) override;
    [[nodiscard]] Task<accounts::UserEntry> loadUser(UserId id, RequestContext context) override;
    [[nodiscard]] Task<accounts::GroupEntry> loadGroup(GroupId id, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
