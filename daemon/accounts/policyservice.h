// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountdirectory.h"
#include "daemon/accounts/grantstore.h"
#include "daemon/accounts/keydirectory.h"
#include "daemon/accounts/limitstore.h"
#include "daemon/accounts/snapshotstore.h"
#include "daemon/accounts/userstore.h"

namespace moe::accounts {

/// What is to be changed of a budget; what has no value stays, an empty inner value takes a limit away.
struct BudgetChange {
    std::optional<std::optional<qint64>> daily;
    std::optional<std::optional<qint64>> monthly;
    std::optional<std::optional<qint64>> total;
};

/// The use cases around what users may do and use: checks the input, writes to the stores, then to the directories that
/// requests are decided from. Main thread only. Stores, directories and clock outlive it; it outlives its tasks.
class PolicyService
{
public:
    struct Parts {
        UserStore &users;
        GrantStore &grants;
        LimitStore &limits;
        SnapshotStore &snapshots;
        AccountDirectory &accounts;
        KeyDirectory &keys;
        const Clock &clock;
    };
    explicit PolicyService(Parts parts) : m_parts(parts) { }
    PolicyService(const PolicyService &) = delete;
    PolicyService &operator=(const PolicyService &) = delete;

    /// Fills the directory of accounts; before the first request is served.
    [[nodiscard]] Task<void> load(RequestContext context);
    /// What was stored for this user has changed: makes it effective.
    [[nodiscard]] Task<void> refresh(UserId user, RequestContext context);

    /// False if nothing was new.
    [[nodiscard]] Task<bool> grant(QString userName, Permission permission, RequestContext context);
    /// False if there was nothing to revoke.
    [[nodiscard]] Task<bool> revoke(QString userName, Permission permission, RequestContext context);
    /// Everything that is granted, also by groups.
    [[nodiscard]] Task<QList<Permission>> permissions(QString userName, RequestContext context);

    [[nodiscard]] Task<BudgetState> setBudget(QString userName, BudgetChange change, RequestContext context);
    [[nodiscard]] Task<BudgetState> budget(QString userName, RequestContext context);

    /// Blocked: none of the keys is accepted from the next request on. Conflict for the last active administrator.
    [[nodiscard]] Task<User> setActive(QString userName, bool isActive, RequestContext context);

private:
    [[nodiscard]] Result<BudgetState> stateOf(UserId user) const;

    const Parts m_parts;
};

}
