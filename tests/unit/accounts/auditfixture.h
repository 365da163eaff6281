// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditstore.h"

#include <deque>

namespace moe::test {

inline AuditEntry auditNumber(int number)
{
    AuditEntry entry;
    entry.time = Clock::System(std::chrono::milliseconds(1'750'000'000'000 + number));
    entry.actor = QStringLiteral("user:anna");
    entry.address = QStringLiteral("192.0.2.1");
    entry.action = QStringLiteral("key.create");
    entry.object = QStringLiteral("key:%1").arg(number);
    return entry;
}

inline AuditEntry auditRefusal(const QString &actor)
{
    AuditEntry entry = auditNumber(0);
    entry.actor = actor;
    entry.action = QStringLiteral("request.refused");
    entry.isSuccess = false;
    return entry;
}

/// A database as auditstore.h wants it, in memory.
class FakeAuditStore final : public accounts::AuditStore
{
public:
    /// All writes fail with this until it is `std::nullopt` again.
    std::optional<ErrorCode> failing;
    /// Entries of this action are refused for good.
    QString refusedAction;
    QList<AuditEntry> entries;
    std::vector<std::size_t> batches;              // sizes
    std::vector<accounts::AuditSubject> forgotten; // one a call
    std::deque<qint64> counts;                     // what the next calls of removeBefore() and anonymise() return
    std::vector<std::pair<Clock::System, int>> removals;

    Task<std::vector<qint64>> append(std::vector<AuditEntry> added, RequestContext) override
    {
        batches.push_back(added.size());
        if (failing)
            co_return failure(Error::of(*failing, QStringLiteral("The store fails.")));
        for (const AuditEntry &entry : added) {
            if (entry.action == refusedAction)
                co_return failure(Error::internal(QStringLiteral("The store does not like this.")));
        }
        std::vector<qint64> ids;
        for (AuditEntry &entry : added) {
            entry.id = entries.size() + 1;
            ids.push_back(entry.id);
            entries.append(std::move(entry));
        }
        co_return ids;
    }
    Task<void> fold(std::vector<accounts::AuditFold>, RequestContext) override { co_return {}; }
    Task<accounts::ListPage<AuditEntry>> list(accounts::AuditQuery, RequestContext) override
    {
        co_return accounts::ListPage<AuditEntry>{entries, {}};
    }
    Task<qint64> removeBefore(Clock::System time, int limit, RequestContext) override
    {
        removals.emplace_back(time, limit);
        co_return next();
    }
    Task<qint64> anonymise(accounts::AuditSubject subject, int, RequestContext) override
    {
        forgotten.push_back(std::move(subject));
        co_return next();
    }

private:
    Result<qint64> next()
    {
        if (failing)
            return failure(Error::of(*failing, QStringLiteral("The store fails.")));
        if (counts.empty())
            return 0;
        const qint64 count = counts.front();
        counts.pop_front();
        return count;
    }
};

}
