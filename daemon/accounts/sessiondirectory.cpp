// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/sessiondirectory.h"

#include <algorithm>

namespace moe::accounts {

void SessionDirectory::load(const std::vector<DirectorySession> &sessions)
{
    Entries fresh;
    fresh.reserve(sessions.size());
    for (const DirectorySession &session : sessions)
        fresh.insert_or_assign(session.hash, Entry{session.principal, session.lastUsed});
    const std::lock_guard lock(m_mutex);
    m_entries.swap(fresh);
}

void SessionDirectory::open(const DirectorySession &session)
{
    const std::lock_guard lock(m_mutex);
    m_entries.insert_or_assign(session.hash, Entry{session.principal, session.lastUsed});
}

std::optional<SessionPrincipal> SessionDirectory::verify(QByteArrayView presentedToken, Clock::System now)
{
    if (!isSecretText(presentedToken, sessionTokenStart))
        return {};
    const SecretHash hash = hashOfSecret(presentedToken);
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(hash);
    if (found == m_entries.end() || now >= found->second.lastUsed + sessionLifetime)
        return {};
    Entry &entry = found->second;
    entry.lastUsed = std::max(entry.lastUsed, now); // threads read the clock in no order
    entry.isTouched = true;
    return entry.principal;
}

void SessionDirectory::revoke(SessionId session)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [session](const auto &item) { return item.second.principal.session == session; });
}

void SessionDirectory::revokeUser(UserId user, SessionId kept)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [user, kept](const auto &item) {
        return item.second.principal.user.id == user && item.second.principal.session != kept;
    });
}

std::vector<SessionId> SessionDirectory::surplusOf(UserId user, std::size_t most) const
{
    std::vector<std::pair<Clock::System, SessionId>> own;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[hash, entry] : m_entries) {
            if (entry.principal.user.id == user)
                own.emplace_back(entry.lastUsed, entry.principal.session);
        }
    }
    std::ranges::sort(own);
    own.resize(own.size() - std::min(own.size(), most));
    std::vector<SessionId> surplus;
    for (const auto &[lastUsed, session] : own)
        surplus.push_back(session);
    return surplus;
}

void SessionDirectory::updateUser(const SessionUser &user)
{
    const std::lock_guard lock(m_mutex);
    for (auto &[hash, entry] : m_entries) {
        if (entry.principal.user.id == user.id)
            entry.principal.user = user;
    }
}

std::vector<SessionTouch> SessionDirectory::takeTouches()
{
    std::vector<SessionTouch> touches;
    const std::lock_guard lock(m_mutex);
    for (auto &[hash, entry] : m_entries) {
        if (std::exchange(entry.isTouched, false))
            touches.push_back({entry.principal.session, entry.lastUsed});
    }
    return touches;
}

std::vector<SessionId> SessionDirectory::takeExpired(Clock::System now)
{
    std::vector<SessionId> expired;
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [now, &expired](const auto &item) {
        const bool isExpired = now >= item.second.lastUsed + sessionLifetime;
        if (isExpired)
            expired.push_back(item.second.principal.session);
        return isExpired;
    });
    return expired;
}

std::size_t SessionDirectory::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

}
