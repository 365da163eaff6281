// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/model/auditentry.h"

#include <map>
#include <mutex>
#include <tuple>
#include <vector>

namespace moe::accounts {

/// Folds refusals, so that an attack cannot flood the audit log: those of one actor (where nobody is known: of one
/// address, see networkBlock()) with the same action and reason become one entry a minute with a count. At most `limit`
/// different ones are kept apart in a minute; the others share one entry with the action "refusals.other". What
/// succeeded passes through at once. Thread-safe: one short lock a call.
class AuditFolder
{
public:
    static constexpr std::chrono::minutes window{1};

    explicit AuditFolder(const Clock &clock, std::size_t limit = 1000);

    /// Takes an entry, and returns what is to be written now. An entry is a refusal if it is no success; its actor is
    /// then empty unless it is known for certain, not what somebody claims. A folded entry is like the first of them,
    /// without the object, before, after and (of a known actor) address that are not the same in all.
    [[nodiscard]] std::vector<AuditEntry> add(AuditEntry entry, const QByteArray &reason = {});
    /// What is to be written because its minute is over; to be called every few seconds.
    [[nodiscard]] std::vector<AuditEntry> takeDue();
    /// All that is held, at the end.
    [[nodiscard]] std::vector<AuditEntry> takeAll();

private:
    using Name = std::tuple<QByteArray, QString, QByteArray>; // who, action, reason

    void fold(Name name, AuditEntry entry);
    [[nodiscard]] std::vector<AuditEntry> flush();
    [[nodiscard]] std::vector<AuditEntry> flushIfDue();

    const Clock &m_clock;
    const std::size_t m_limit;
    std::mutex m_mutex;
    std::map<Name, AuditEntry> m_held; // guarded by m_mutex, as all below
    Clock::Steady m_due; // counts while something is held
};

}
