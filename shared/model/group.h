// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/ids.h"
#include "shared/model/budget.h"
#include "shared/model/ratelimits.h"

#include <QString>

namespace moe {

/// A named set of permissions with default limits. What several groups grant adds up; a limit is the user's own, else
/// the strictest of the groups'.
struct Group {
    GroupId id;
    QString name;            ///< unique without regard to ASCII case
    QString description;
    BudgetLimits budget;
    RateLimits rates;

    friend bool operator==(const Group &, const Group &) = default;
};

}
