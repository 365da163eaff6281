// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/journalrecord.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <vector>

namespace moe::accounts {

/// One request that has ended, with its place in the journal.
struct JournalEntry {
    qint64 sequence = 0;
    UsageRecord usage;
    DayCharges charges; ///< what its user's budget pays, and on which days

    friend bool operator==(const JournalEntry &, const JournalEntry &) = default;
};

/// Entries that go to the database together, in order of their sequence numbers, which grow but have gaps.
struct JournalBatch {
    std::vector<JournalEntry> entries;

    [[nodiscard]] bool isEmpty() const { return entries.empty(); }
    /// The batch is not empty.
    [[nodiscard]] qint64 lastSequence() const { return entries.back().sequence; }
};

/// Where the journal's entries end up: the database, behind the one interface that the usage writer knows. Main thread
/// only; one call at a time. A sink serves one journal: daemons that share a database keep a last sequence each.
///
/// What makes every entry count exactly once, however often the daemon dies:
/// - write() stores the usage records, adds the charges to the counters of their users and days, and stores the last
///   sequence, all in **one** transaction.
/// - A call that failed may have taken effect all the same (a connection lost while it committed). It is repeated with
///   the very same batch, so write() compares with the stored sequence **inside** the transaction: entries at or below
///   it are done already and change nothing; that is success.
/// - Entries of users or keys that have been deleted meanwhile must not make the batch fail: it would be tried for
///   ever, and all that follow would wait. They are stored without user and key, as if they had been there already.
/// - Success means committed: the journal then forgets these entries.
class UsageSink
{
public:
    UsageSink() = default;
    UsageSink(const UsageSink &) = delete;
    UsageSink &operator=(const UsageSink &) = delete;
    virtual ~UsageSink() = default;

    /// All or nothing. The batch is not empty. Unavailable while the database cannot be used.
    [[nodiscard]] virtual Task<void> write(JournalBatch batch, RequestContext context) = 0;
    /// The sequence of the last entry that is stored; 0 before the first.
    [[nodiscard]] virtual Task<qint64> lastApplied(RequestContext context) = 0;
};

}
