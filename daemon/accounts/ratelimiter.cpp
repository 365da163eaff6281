// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/ratelimiter.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::accounts {

namespace {

constexpr std::chrono::seconds window = 60s;
constexpr std::chrono::seconds groupLength = 1s;

Error tooMany(QString message, std::chrono::seconds retryAfter)
{
    Error error = Error::of(ErrorCode::RateLimited, std::move(message), u"rate_limit_exceeded"_s);
    error.retryAfter = retryAfter;
    return error;
}

Error tooManyAtOnce(int limit)
{
    return tooMany(u"This key may run %1 requests at the same time. Try again when one of them has ended."_s.arg(limit),
                   1s);
}

Error tooManyPerMinute(int limit, std::chrono::seconds wait)
{
    return tooMany(u"This key may make %1 requests per minute. Try again in %2 s."_s.arg(limit).arg(wait.count()),
                   wait);
}

}

std::shared_ptr<RateLimiter> RateLimiter::create(const RateLimits &limits)
{
    return std::make_shared<RateLimiter>(Passkey(), limits);
}

void RateLimiter::setLimits(const RateLimits &limits)
{
    const std::lock_guard lock(m_mutex);
    m_limits = limits;
}

Result<RateSlot> RateLimiter::admit(Clock::Steady now)
{
    std::unique_lock lock(m_mutex);
    const RateLimits limits = m_limits;
    const Clock::Steady at = forgetUntil(now);
    if (limits.requestsPerMinute && m_remembered >= *limits.requestsPerMinute) {
        const std::chrono::seconds wait = waitForRoom(*limits.requestsPerMinute, at);
        lock.unlock();
        return failure(tooManyPerMinute(*limits.requestsPerMinute, wait));
    }
    if (limits.parallelRequests && m_running >= *limits.parallelRequests) {
        lock.unlock();
        return failure(tooManyAtOnce(*limits.parallelRequests));
    }
    if (limits.requestsPerMinute)
        remember(at);
    ++m_running;
    return RateSlot(shared_from_this());
}

Result<void> RateLimiter::count(int requests, Clock::Steady now)
{
    const std::lock_guard lock(m_mutex);
    if (!m_limits.requestsPerMinute)
        return {};
    const int limit = *m_limits.requestsPerMinute;
    const Clock::Steady at = forgetUntil(now);
    if (m_remembered + requests > limit)
        return failure(tooManyPerMinute(limit, waitForRoom(limit - requests + 1, at)));
    for (int i = 0; i < requests; ++i)
        remember(at);
    return {};
}

Result<RateSlot> RateLimiter::enter()
{
    const std::lock_guard lock(m_mutex);
    if (m_limits.parallelRequests && m_running >= *m_limits.parallelRequests)
        return failure(tooManyAtOnce(*m_limits.parallelRequests));
    ++m_running;
    return RateSlot(shared_from_this());
}

int RateLimiter::running() const
{
    const std::lock_guard lock(m_mutex);
    return m_running;
}

/// Forgets the groups that are out of the window. The time it is now: a thread may have read the clock before another
/// that was let in first.
Clock::Steady RateLimiter::forgetUntil(Clock::Steady now)
{
    if (!m_groups.empty())
        now = std::max(now, m_groups.back().last);
    const auto kept = std::ranges::find_if(m_groups, [now](const Group &group) { return now - group.last < window; });
    for (auto group = m_groups.begin(); group != kept; ++group)
        m_remembered -= group->count;
    m_groups.erase(m_groups.begin(), kept);
    return now;
}

void RateLimiter::remember(Clock::Steady now)
{
    if (m_groups.empty() || now - m_groups.back().first >= groupLength)
        m_groups.push_back({now, now, 0});
    m_groups.back().last = now;
    ++m_groups.back().count;
    ++m_remembered;
}

/// How long until so many groups are forgotten that one more request is within the limit.
std::chrono::seconds RateLimiter::waitForRoom(int limit, Clock::Steady now) const
{
    int remembered = m_remembered;
    for (const Group &group : m_groups) {
        remembered -= group.count;
        if (remembered < limit)
            return std::max(1s, std::chrono::ceil<std::chrono::seconds>(group.last + window - now));
    }
    return window;
}

void RateLimiter::end()
{
    const std::lock_guard lock(m_mutex);
    --m_running;
}

RateSlot &RateSlot::operator=(RateSlot &&other) noexcept
{
    if (this != &other) {
        release();
        m_limiter = std::move(other.m_limiter);
    }
    return *this;
}

void RateSlot::release()
{
    if (const auto limiter = std::exchange(m_limiter, nullptr))
        limiter->end();
}

}
