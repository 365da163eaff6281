// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/auditfolder.h"
#include "daemon/accounts/networkblock.h"

namespace moe::accounts {

namespace {

template <typename T>
void keepIfEqual(T &held, const T &other)
{
    if (held != other)
        held.clear();
}

QByteArray whoOf(const AuditEntry &entry)
{
    if (entry.actor.isEmpty())
        return '@' + networkBlock(entry.address);
    return '=' + entry.actor.toUtf8();
}

AuditEntry entryOfOthers(const AuditEntry &entry)
{
    AuditEntry others;
    others.time = entry.time;
    others.action = QStringLiteral("refusals.other");
    others.isSuccess = false;
    others.count = entry.count;
    return others;
}

}

AuditFolder::AuditFolder(const Clock &clock, std::size_t limit) : m_clock(clock), m_limit(limit) { }

std::vector<AuditEntry> AuditFolder::add(AuditEntry entry, const QByteArray &reason)
{
    const std::lock_guard lock(m_mutex);
    std::vector<AuditEntry> ready = flushIfDue();
    if (entry.isSuccess) {
        ready.push_back(std::move(entry));
    } else {
        Name name(whoOf(entry), entry.action, reason);
        fold(std::move(name), std::move(entry));
    }
    return ready;
}

void AuditFolder::fold(Name name, AuditEntry entry)
{
    if (m_held.empty())
        m_due = m_clock.steady() + window;
    if (m_held.size() >= m_limit && !m_held.contains(name)) {
        name = {};
        entry = entryOfOthers(entry);
    }
    const auto [at, isNew] = m_held.try_emplace(std::move(name), entry);
    if (isNew)
        return;
    AuditEntry &held = at->second;
    held.count += entry.count;
    if (!held.actor.isEmpty())
        keepIfEqual(held.address, entry.address);
    keepIfEqual(held.object, entry.object);
    keepIfEqual(held.before, entry.before);
    keepIfEqual(held.after, entry.after);
}

std::vector<AuditEntry> AuditFolder::takeDue()
{
    const std::lock_guard lock(m_mutex);
    return flushIfDue();
}

std::vector<AuditEntry> AuditFolder::takeAll()
{
    const std::lock_guard lock(m_mutex);
    return flush();
}

std::vector<AuditEntry> AuditFolder::flushIfDue()
{
    return m_clock.steady() >= m_due ? flush() : std::vector<AuditEntry>();
}

std::vector<AuditEntry> AuditFolder::flush()
{
    std::vector<AuditEntry> entries;
    entries.reserve(m_held.size());
    for (auto &[name, entry] : m_held)
        entries.push_back(std::move(entry));
    m_held.clear();
    std::stable_sort(entries.begin(), entries.end(),
                     [](const AuditEntry &a, const AuditEntry &b) { return a.time < b.time; });
    return entries;
}

}
