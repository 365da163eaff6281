// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <QString>

#include <chrono>

namespace moe::accounts {

// The periods of the UTC calendar that budgets are counted in. The host's time zone plays no part in any of this.

/// The day that is `now` in UTC.
[[nodiscard]] inline std::chrono::sys_days utcDay(Clock::System now)
{
    return std::chrono::floor<std::chrono::days>(now);
}

[[nodiscard]] inline std::chrono::year_month monthOf(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    return date.year() / date.month();
}

/// The day on which the next month begins.
[[nodiscard]] inline std::chrono::sys_days startOfNextMonth(std::chrono::sys_days day)
{
    return (monthOf(day) + std::chrono::months(1)) / std::chrono::day(1);
}

/// The midnight at which a day begins, such as "2026-03-01T00:00:00Z" (ISO 8601).
[[nodiscard]] QString midnightText(std::chrono::sys_days day);

}
