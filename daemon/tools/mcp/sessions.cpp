// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/sessions.h"

#include "shared/async/wait.h"
#include "shared/core/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools::mcp {

namespace {

constexpr int idBytes = 16;
constexpr auto tidyEvery = 30s;

}

Sessions::Sessions(const Clock &clock, SessionLimits limits) : m_clock(clock), m_limits(limits) { }

std::shared_ptr<Session> Sessions::prepare(const Server &server) const
{
    return std::make_shared<Session>(server, randomHex(idBytes), m_totals);
}

Result<void> Sessions::add(std::shared_ptr<Session> session, KeyId owner)
{
    Ended ended;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stop.stop_requested())
            return failure(Error::of(ErrorCode::Unavailable, u"The service is stopping; try again in a moment."_s));
        endIdle(ended);
        makeRoom(owner, ended);
        const QByteArray id = session->id();
        m_sessions.emplace(id, Entry{std::move(session), owner, m_clock.steady()});
    }
    for (const auto &old : ended)
        old->end();
    relieve();
    return {};
}

Result<std::shared_ptr<Session>> Sessions::create(const Server &server, KeyId owner)
{
    auto session = prepare(server);
    TRY_VOID(add(session, owner));
    return session;
}

/// What is worked on, or read by somebody who waits, is in use: whoever does that looks for it again and again.
bool Sessions::isIdle(const Entry &entry) const { return m_clock.steady() - entry.usedAt > m_limits.idleTime; }

void Sessions::endIdle(Ended &ended)
{
    std::erase_if(m_sessions, [this, &ended](const auto &each) {
        if (!isIdle(each.second))
            return false;
        ended.push_back(each.second.session);
        return true;
    });
}

void Sessions::makeRoom(KeyId owner, Ended &ended)
{
    const auto isOwn = [owner](const auto &each) { return each.second.owner == owner; };
    const bool hasTooMany = std::size_t(std::ranges::count_if(m_sessions, isOwn)) >= m_limits.ofKey;
    if (!hasTooMany && m_sessions.size() < m_limits.inAll)
        return;
    auto victim = m_sessions.end();
    std::pair<bool, Clock::Steady> least;
    for (auto each = m_sessions.begin(); each != m_sessions.end(); ++each) {
        const std::pair worth(each->second.session->isInUse(), each->second.usedAt);
        if ((!hasTooMany || isOwn(*each)) && (victim == m_sessions.end() || worth < least)) {
            victim = each;
            least = worth;
        }
    }
    ended.push_back(victim->second.session);
    m_sessions.erase(victim);
}

std::shared_ptr<Session> Sessions::find(const QByteArray &id, KeyId owner)
{
    relieve();
    const std::lock_guard lock(m_mutex);
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end() || found->second.owner != owner || isIdle(found->second))
        return nullptr; // tidy() ends those that are idle
    found->second.usedAt = m_clock.steady();
    return found->second.session;
}

void Sessions::tidy()
{
    Ended ended;
    {
        const std::lock_guard lock(m_mutex);
        endIdle(ended);
    }
    for (const auto &old : ended)
        old->end();
    for (const auto &session : all())
        session->tidy();
    relieve();
}

QCoro::Task<> Sessions::keepTidy(RequestContext context)
{
    while (co_await sleepFor(tidyEvery, context))
        tidy();
}

/// While there is too much in all streams together, forgets those that are finished, the one that was first.
void Sessions::relieve() const
{
    if (m_totals->bytes <= m_limits.bytes)
        return;
    std::map<quint64, std::pair<std::shared_ptr<Session>, std::shared_ptr<EventStream>>> finished;
    for (const auto &session : all()) {
        for (const auto &stream : session->finishedStreams())
            finished[stream->turnOfFinish()] = {session, stream};
    }
    for (auto &[turn, old] : finished) {
        if (m_totals->bytes <= m_limits.bytes)
            return;
        old.first->forget(*old.second);
        old.second.reset();
    }
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
            session->mainStream()->tell(message);
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
