// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/groupstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Groups and their members in a relational database. The executor outlives it.
class SqlGroupStore final : public accounts::GroupStore
{
public:
    explicit SqlGroupStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<Group> addGroup(accounts::NewGroup group, RequestContext context) override;
    [[nodiscard]] Task<Group> group(GroupId id, RequestContext context) override;
    [[nodiscard]] Task<Group> findGroup(QString name, RequestContext context) override;
    [[nodiscard]] Task<accounts::ListPage<Group>> listGroups(accounts::GroupQuery query,
                                                             RequestContext context) override;
    [[nodiscard]] Task<Group> updateGroup(GroupId id, accounts::NewGroup group, RequestContext context) override;
    [[nodiscard]] Task<void> removeGroup(GroupId id, Clock::System now, RequestContext context) override;
    [[nodiscard]] Task<bool> setMember(GroupId id, UserId user, bool isMember, Clock::System now,
                                       RequestContext context) override;
    [[nodiscard]] Task<QList<User>> importUsers(std::vector<accounts::ImportedUser> users,
                                                RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
