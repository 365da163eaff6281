// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/sessions.h"

#include "shared/core/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr int idBytes = 16;

}

Sessions::Sessions(const Clock &clock, SessionLimits limits) : m_clock(clock), m_limits(limits) { }

Result<std::shared_ptr<Session>> Sessions::create(const Server &server, KeyId owner)
{
    auto session = std::make_shared<Session>(server, randomHex(idBytes));
    Ended ended;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stop.stop_requested())
            return failure(Error::of(ErrorCode::Unavailable, u"The service is stopping; try again in a moment."_s));
        endIdle(ended);
        makeRoom(owner, ended);
        m_sessions.emplace(session->id(), Entry{session, owner, m_clock.steady()});
    }
    for (const auto &old : ended)
        old->end();
    return session;
}

/// What is worked on, or read by somebody who waits, is in use: whoever does that looks for it again and again.
void Sessions::endIdle(Ended &ended)
{
    const auto now = m_clock.steady();
    std::erase_if(m_sessions, [this, now, &ended](const auto &each) {
        const Entry &entry = each.second;
        const bool isIdle = now - entry.usedAt > m_limits.idleTime;
        if (isIdle)
            ended.push_back(entry.session);
        return isIdle;
    });
}

void Sessions::makeRoom(KeyId owner, Ended &ended)
{
    const auto isOwn = [owner](const auto &each) { return each.second.owner == owner; };
    const bool hasTooMany = std::size_t(std::ranges::count_if(m_sessions, isOwn)) >= m_limits.ofKey;
    if (!hasTooMany && m_sessions.size() < m_limits.inAll)
        return;
    auto oldest = m_sessions.end();
    for (auto each = m_sessions.begin(); each != m_sessions.end(); ++each) {
        if ((!hasTooMany || isOwn(*each))
            && (oldest == m_sessions.end() || each->second.usedAt < oldest->second.usedAt))
            oldest = each;
    }
    ended.push_back(oldest->second.session);
    m_sessions.erase(oldest);
}

std::shared_ptr<Session> Sessions::find(const QByteArray &id, KeyId owner)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end() || found->second.owner != owner)
        return nullptr;
    found->second.usedAt = m_clock.steady();
    return found->second.session;
}

bool Sessions::end(const QByteArray &id, KeyId owner)
{
    const auto session = find(id, owner);
    if (!session)
        return false;
    {
        const std::lock_guard lock(m_mutex);
        m_sessions.erase(id);
    }
    session->end();
    return true;
}

void Sessions::shutDown()
{
    m_stop.request_stop(); // first, so that none is made behind our back
    for (const auto &session : all())
        session->mainStream()->finish();
}

void Sessions::tellAll(const QByteArray &message)
{
    for (const auto &session : all()) {
        if (session->revision())
            session->mainStream()->send(message);
    }
}

std::vector<std::shared_ptr<Session>> Sessions::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<Session>> sessions;
    for (const auto &[id, entry] : m_sessions)
        sessions.push_back(entry.session);
    return sessions;
}

std::size_t Sessions::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_sessions.size();
}

}
