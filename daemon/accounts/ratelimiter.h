// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"
#include "shared/model/ratelimits.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace moe::accounts {

class RateLimiter;

/// The right to run one request; its destruction ends it, on whatever thread.
class RateSlot
{
public:
    RateSlot() = default;
    RateSlot(RateSlot &&other) noexcept = default;
    RateSlot &operator=(RateSlot &&other) noexcept;
    ~RateSlot() { release(); }

    void release();

private:
    friend class RateLimiter;
    explicit RateSlot(std::shared_ptr<RateLimiter> limiter) : m_limiter(std::move(limiter)) { }

    std::shared_ptr<RateLimiter> m_limiter;
};

/// How often one key is used: requests per minute and requests at the same time. Thread-safe; a call holds the one lock
/// for some ten nanoseconds.
///
/// Never are more requests admitted within any 60 s than the limit says. What is remembered is bounded whatever the
/// limit: requests that come within a second of the first of a group are remembered as one group, and forgotten
/// together when the last of them is 60 s old. So a request may have to wait a second longer than a list of all times
/// would say; a lonely one never does.
class RateLimiter : public std::enable_shared_from_this<RateLimiter>
{
    struct Passkey {
        explicit Passkey() = default;
    };

public:
    [[nodiscard]] static std::shared_ptr<RateLimiter> create(const RateLimits &limits);
    RateLimiter(Passkey, const RateLimits &limits) : m_limits(limits) { }
    RateLimiter(const RateLimiter &) = delete;
    RateLimiter &operator=(const RateLimiter &) = delete;

    /// Effective on the next call, on whatever thread. Requests that came while there was no limit per minute do not
    /// count against a new one; those that still run do count against a new limit of parallel requests.
    void setLimits(const RateLimits &limits);

    /// Lets a request in. RateLimited (rate_limit_exceeded) with `retryAfter` if a limit is reached; a refused request
    /// counts for nothing.
    [[nodiscard]] Result<RateSlot> admit(Clock::Steady now);
    // Its halves, for requests that hold many or take their time:
    /// Counts as so many requests, or for nothing if that is too many: RateLimited.
    [[nodiscard]] Result<void> count(int requests, Clock::Steady now);
    /// Lets one run that has been counted: RateLimited.
    [[nodiscard]] Result<RateSlot> enter();

    /// Requests under way.
    [[nodiscard]] int running() const;

private:
    friend class RateSlot;
    struct Group {
        Clock::Steady first;
        Clock::Steady last;
        int count = 0;
    };

    Clock::Steady forgetUntil(Clock::Steady now);
    void remember(Clock::Steady now);
    [[nodiscard]] std::chrono::seconds waitForRoom(int limit, Clock::Steady now) const;
    void end();

    mutable std::mutex m_mutex;
    RateLimits m_limits; // guarded by m_mutex, as all below
    std::vector<Group> m_groups; // the oldest first; at most 61, as their first ones are a second apart
    int m_remembered = 0; // the sum of the groups
    int m_running = 0;
};

}
