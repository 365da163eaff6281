// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <mutex>

namespace moe::test {

/// A clock that stands still until it is told otherwise. Thread-safe.
class FakeClock final : public Clock
{
public:
    /// Both clocks start at `start`; steady time counts from one hour, so that a test may look back.
    explicit FakeClock(System start = System(std::chrono::sys_days(std::chrono::year(2025) / 1 / 1)))
        : m_steady(std::chrono::hours(1))
        , m_system(start)
    { }

    [[nodiscard]] Steady steady() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_steady;
    }
    [[nodiscard]] System system() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_system;
    }

    /// Lets time pass on both clocks.
    void advance(std::chrono::nanoseconds duration)
    {
        const std::lock_guard lock(m_mutex);
        m_steady += std::chrono::duration_cast<Steady::duration>(duration);
        m_system += std::chrono::duration_cast<System::duration>(duration);
    }
    /// Sets the date, as an administrator may; steady time goes on as if nothing happened.
    void setSystem(System now)
    {
        const std::lock_guard lock(m_mutex);
        m_system = now;
    }

private:
    mutable std::mutex m_mutex;
    Steady m_steady; // guarded by m_mutex
    System m_system; // guarded by m_mutex
};

}
