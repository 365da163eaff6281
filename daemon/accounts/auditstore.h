// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/auditentry.h"

#include <vector>

namespace moe::accounts {

/// More of the same, to be folded into an entry that is stored already.
struct AuditFold {
    qint64 entry = 0;
    qint64 more = 0; ///< at least 1
};

enum class AuditSort { Time };

struct AuditQuery {
    QString actor;                     ///< exactly
    QString action;                    ///< exactly, or all that begin so if it ends with "."
    QString object;                    ///< exactly
    std::optional<bool> isSuccess;
    std::optional<Clock::System> from; ///< including
    std::optional<Clock::System> to;   ///< excluding
    ListOrder<AuditSort> order{AuditSort::Time, SortDirection::Descending, largestPage, {}};
};

/// The record of who did what. It only grows: the back end itself refuses changes, but for the count of folded entries
/// and for deletion after the retention time. Every back end passes tests/contract. All calls end with Unavailable
/// while the back end cannot be used; what failed has changed nothing.
class AuditStore
{
public:
    AuditStore() = default;
    AuditStore(const AuditStore &) = delete;
    AuditStore &operator=(const AuditStore &) = delete;
    virtual ~AuditStore() = default;

    /// All or none; returns the ids in the same order.
    [[nodiscard]] virtual Task<std::vector<qint64>> append(std::vector<AuditEntry> entries, RequestContext context) = 0;
    /// All or none; unknown entries are ignored.
    [[nodiscard]] virtual Task<void> fold(std::vector<AuditFold> folds, RequestContext context) = 0;
    [[nodiscard]] virtual Task<ListPage<AuditEntry>> list(AuditQuery query, RequestContext context) = 0;
    /// Ends the retention of entries before this time; returns how many were deleted.
    [[nodiscard]] virtual Task<qint64> removeBefore(Clock::System time, RequestContext context) = 0;
};

}
