// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/grantstore.h"
#include "daemon/accounts/limitstore.h"
#include "daemon/accounts/liveaccounts.h"
#include "daemon/accounts/precondition.h"
#include "daemon/accounts/userstore.h"

#include <functional>

namespace moe::accounts {

/// What is to be changed of a budget; what has no value stays, an empty inner value takes a limit away.
struct BudgetChange {
    std::optional<std::optional<qint64>> daily = {};
    std::optional<std::optional<qint64>> monthly = {};
    std::optional<std::optional<qint64>> total = {};
};

/// The same for rates.
struct RateChange {
    std::optional<std::optional<int>> requestsPerMinute = {};
    std::optional<std::optional<int>> parallelRequests = {};
};

/// Whether there is what a permission names; nothing where that cannot be known (yet).
using ResourceCheck = std::function<std::optional<bool>(const Permission &)>;

/// What becomes of grants of something that is not known to exist.
enum class Unknown { Refuse, Accept };

/// The use cases around what users and groups may do and use: checks the input, writes to the stores, then makes it
/// effective on the next request. Main thread. What it is made of outlives it; it outlives its tasks.
class PolicyService
{
public:
    static constexpr int mostPermissions = 1000; ///< in one call

    struct Parts {
        UserStore &users;
        GrantStore &grants;
        LimitStore &limits;
        LiveAccounts &live;
        const AccountDirectory &accounts;
        const Clock &clock;
        ResourceCheck isKnown = {};
    };
    explicit PolicyService(Parts parts) : m_parts(std::move(parts)) { }
    PolicyService(const PolicyService &) = delete;
    PolicyService &operator=(const PolicyService &) = delete;

    /// All or none; false if nothing was new. InvalidRequest "unknown_resource" if one of them is not known to exist,
    /// unless that is accepted; "*" always is known. Errors name "permissions[2].resource".
    [[nodiscard]] Task<bool> grant(Grantee grantee, QList<Permission> permissions, Unknown unknown,
                                   RequestContext context);
    /// All or none; false if there was nothing to revoke.
    [[nodiscard]] Task<bool> revoke(Grantee grantee, QList<Permission> permissions, RequestContext context);
    /// Its own ones in order of type name and resource.
    [[nodiscard]] Task<QList<Permission>> permissions(Grantee grantee, RequestContext context);
    /// Everything that is granted, also by groups.
    [[nodiscard]] Task<QList<Permission>> effectivePermissions(UserId user, RequestContext context);

    /// Both or none.
    [[nodiscard]] Task<Limits> setLimits(Grantee holder, BudgetChange budget, RateChange rates,
                                         Precondition<Limits> onlyIf, RequestContext context);
    /// As they were set on this user or group, not combined with any other's.
    [[nodiscard]] Task<Limits> limits(Grantee holder, RequestContext context);
    /// As it counts now, limits of groups included.
    [[nodiscard]] Task<BudgetState> budget(UserId user, RequestContext context);

private:
    [[nodiscard]] Result<void> checkGrants(const QList<Permission> &permissions, Unknown unknown) const;
    [[nodiscard]] Result<BudgetState> stateOf(UserId user) const;

    const Parts m_parts;
};

}
