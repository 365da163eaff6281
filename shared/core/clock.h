// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace moe {

/// Time as a dependency, so that tests decide what time it is. Implementations are thread-safe.
class Clock
{
public:
    using Steady = std::chrono::steady_clock::time_point;
    using System = std::chrono::system_clock::time_point;

    Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;
    virtual ~Clock() = default;

    /// For durations and deadlines; never goes back.
    [[nodiscard]] virtual Steady steady() const = 0;
    /// For dates that people and databases see; UTC.
    [[nodiscard]] virtual System system() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Steady steady() const override;
    [[nodiscard]] System system() const override;
};

}
