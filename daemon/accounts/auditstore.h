// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/auditentry.h"

#include <QStringList>

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

/// Somebody to be forgotten. Entries by one of these names lose the address, those about one of them before and after.
struct AuditSubject {
    QStringList names; ///< as AuditEntry::actor and ::object, such as "user:anna", "key:17"
    QString pseudonym; ///< put in their place; begins with "user:#"
};

/// The record of who did what. It only grows: the back end itself refuses changes, but for the count of folded entries,
/// for deletion after the retention time, and for making somebody anonymous. Every back end passes tests/contract. All
/// calls end with Unavailable while the back end cannot be used; what failed has changed nothing.
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
    /// Ends the retention of entries before this time; deletes at most `limit`, the oldest first, and returns how many.
    [[nodiscard]] virtual Task<qint64> removeBefore(Clock::System time, int limit, RequestContext context) = 0;
    /// Makes at most `limit` entries speak of the pseudonym; returns of how many. None is left when that is 0.
    [[nodiscard]] virtual Task<qint64> anonymise(AuditSubject subject, int limit, RequestContext context) = 0;
};

}
