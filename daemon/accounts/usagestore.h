// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/usagerecord.h"

#include <chrono>

namespace moe::accounts {

/// Consumption of one day of the UTC calendar.
struct DailyUsage {
    std::chrono::sys_days day{};
    qint64 requests = 0; ///< refused ones too
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;

    friend bool operator==(const DailyUsage &, const DailyUsage &) = default;
};

/// Consumption by what was asked for.
struct ModelUsage {
    QString model;
    QString mode;
    qint64 requests = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;

    friend bool operator==(const ModelUsage &, const ModelUsage &) = default;
};

/// Whose usage of which time.
struct UsageRange {
    std::optional<UserId> user = {};        ///< none: of all
    std::optional<Clock::System> from = {}; ///< including
    std::optional<Clock::System> to = {};   ///< excluding
};

enum class UsageSort { Time };

struct UsageQuery {
    UsageRange range;
    std::optional<KeyId> key;
    std::optional<UsageStatus> status;
    QString model; ///< exactly
    QString mode;  ///< exactly
    ListOrder<UsageSort> order{UsageSort::Time, SortDirection::Descending, largestPage, {}};
};

/// What was used by whom; UsageSink writes it. Every back end passes tests/contract. All calls end with Unavailable
/// while the back end cannot be used; what failed has changed nothing.
class UsageStore
{
public:
    UsageStore() = default;
    UsageStore(const UsageStore &) = delete;
    UsageStore &operator=(const UsageStore &) = delete;
    virtual ~UsageStore() = default;

    [[nodiscard]] virtual Task<ListPage<UsageRecord>> list(UsageQuery query, RequestContext context) = 0;
    /// Days without any request are left out; at most 500, oldest first.
    [[nodiscard]] virtual Task<QList<DailyUsage>> dailySums(UsageRange range, RequestContext context) = 0;
    /// The 500 with the most tokens.
    [[nodiscard]] virtual Task<QList<ModelUsage>> sumsByModel(UsageRange range, RequestContext context) = 0;
    /// Ends the retention of records before this time; deletes at most `limit`, the oldest first, and returns how many.
    /// Budgets stay.
    [[nodiscard]] virtual Task<qint64> removeBefore(Clock::System time, int limit, RequestContext context) = 0;
    /// Takes user and key from at most `limit` of a user's records; returns of how many.
    [[nodiscard]] virtual Task<qint64> anonymise(UserId user, int limit, RequestContext context) = 0;
};

}
