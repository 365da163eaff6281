// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/budgetaccount.h"
#include "daemon/accounts/grantstore.h"
#include "shared/model/ratelimits.h"

namespace moe::accounts {

/// Limits as they were set on one user or group, not combined with any other's.
struct Limits {
    BudgetLimits budget;
    RateLimits rates;

    friend bool operator==(const Limits &, const Limits &) = default;
};

/// Where limits are kept; accounts::checkBudget() and checkRates() say which are good. Every back end passes
/// tests/contract. NotFound if there is no such holder; Unavailable while the back end cannot be used; what failed has
/// changed nothing.
class LimitStore
{
public:
    LimitStore() = default;
    LimitStore(const LimitStore &) = delete;
    LimitStore &operator=(const LimitStore &) = delete;
    virtual ~LimitStore() = default;

    [[nodiscard]] virtual Task<void> setLimits(Grantee holder, Limits limits, Clock::System now, RequestContext context)
        = 0;
    [[nodiscard]] virtual Task<Limits> limits(Grantee holder, RequestContext context) = 0;
    /// All zero if nothing was ever used.
    [[nodiscard]] virtual Task<BudgetUse> budgetUse(UserId user, RequestContext context) = 0;
};

}
