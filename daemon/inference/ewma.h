// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <chrono>
#include <cmath>

namespace moe::inference {

/// Exponentially weighted moving average: recent values count most, the first one counts fully.
class Ewma
{
public:
    void add(double value)
    {
        m_value = m_isEmpty ? value : m_value + weight * (value - m_value);
        m_isEmpty = false;
    }
    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }
    [[nodiscard]] double valueOr(double fallback) const { return m_isEmpty ? fallback : m_value; }

private:
    static constexpr double weight = 0.2;
    double m_value = 0;
    bool m_isEmpty = true;
};

/// Counts events and forgets them with a half-life of 30 s: what makes a node that fails fast look slow, not idle.
class FadingCount
{
public:
    void add(Clock::Steady now)
    {
        m_value = value(now) + 1;
        m_since = now;
    }
    [[nodiscard]] double value(Clock::Steady now) const
    {
        if (m_value == 0)
            return 0;
        const std::chrono::duration<double> age = now - m_since;
        return m_value * std::exp2(-age.count() / halfLifeSeconds);
    }

private:
    static constexpr double halfLifeSeconds = 30;
    double m_value = 0;
    Clock::Steady m_since;
};

}
