// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <chrono>

namespace moe::inference {

/// When to leave a failing node alone, and for how long.
struct BreakerSettings {
    int failuresToOpen = 3;                           ///< in a row
    std::chrono::milliseconds firstOpen{2'000};       ///< doubles with every probe that fails
    std::chrono::milliseconds longestOpen{60'000};
};

enum class BreakerState {
    Closed,   ///< calls go through
    Open,     ///< no calls until the open time is over
    HalfOpen, ///< one call is let through to find out
};

/// Keeps calls away from a node that fails, and lets one through now and then to see whether it works again. Only
/// faults of the node itself are reported here: a client that hangs up, its deadline or a refused budget are none.
/// Not thread-safe; time is passed in.
class CircuitBreaker
{
public:
    explicit CircuitBreaker(BreakerSettings settings = {}) : m_settings(settings) { }

    [[nodiscard]] BreakerState state(Clock::Steady now) const;
    /// True if a call may start now.
    [[nodiscard]] bool allows(Clock::Steady now) const;
    /// When an open breaker lets its next call through; meaningless while closed.
    [[nodiscard]] Clock::Steady opensUntil() const { return m_openUntil; }

    /// A call starts; only when allows(). True if it is the half-open probe: pass that on when it ends.
    [[nodiscard]] bool begin(Clock::Steady now);
    void succeed(bool isProbe);
    void fail(bool isProbe, Clock::Steady now);
    /// The call ended without saying anything about the node.
    void endNeutral(bool isProbe);

private:
    void open(Clock::Steady now);

    BreakerSettings m_settings;
    int m_failures = 0;                             // in a row
    bool m_isOpen = false;                          // open or half-open
    bool m_isProbing = false;
    std::chrono::milliseconds m_openFor{0};
    Clock::Steady m_openUntil;
};

}
