// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "daemon/accounts/limitstore.h"
#include "shared/model/user.h"

namespace moe::accounts {

/// What a group gives its members.
struct GroupEntry {
    GroupId id;
    Limits limits;
    std::vector<Permission> permissions;

    friend bool operator==(const GroupEntry &, const GroupEntry &) = default;
};

/// What requests of a user are decided by.
struct UserEntry {
    UserId id;
    QString name;
    bool isActive = true;
    Role role = Role::User;
    bool mustChangePassword = false;
    Limits limits;                       ///< the user's own
    BudgetUse use;
    std::vector<Permission> permissions; ///< the user's own
    std::vector<GroupId> groups;

    friend bool operator==(const UserEntry &, const UserEntry &) = default;
};

/// Everything that is decided from memory, as it was at one moment.
struct AccountSnapshot {
    std::vector<GroupEntry> groups; ///< in order of id
    std::vector<UserEntry> users;   ///< in order of id
    std::vector<DirectoryKey> keys; ///< active ones
};

/// Fills the memory at the start. Every back end passes tests/contract; 10,000 users and 50,000 keys take at most
/// 300 ms on SQLite.
class SnapshotStore
{
public:
    SnapshotStore() = default;
    SnapshotStore(const SnapshotStore &) = delete;
    SnapshotStore &operator=(const SnapshotStore &) = delete;
    virtual ~SnapshotStore() = default;

    [[nodiscard]] virtual Task<AccountSnapshot> loadAll(RequestContext context) = 0;
    /// One user's entry, after a change; NotFound.
    [[nodiscard]] virtual Task<UserEntry> loadUser(UserId id, RequestContext context) = 0;
    /// One group's entry, after a change; NotFound.
    [[nodiscard]] virtual Task<GroupEntry> loadGroup(GroupId id, RequestContext context) = 0;
};

}
