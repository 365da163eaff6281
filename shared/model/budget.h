// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <QtTypes>

#include <algorithm>
#include <optional>

namespace moe {

/// How many tokens somebody may use: per day and per month of the UTC calendar, and in all. Without a value: no limit.
struct BudgetLimits {
    std::optional<qint64> daily;   ///< tokens, 0 to 2^53
    std::optional<qint64> monthly;
    std::optional<qint64> total;   ///< never resets

    [[nodiscard]] bool hasAny() const { return daily || monthly || total; }
    friend bool operator==(const BudgetLimits &, const BudgetLimits &) = default;
};

/// The largest limit: what a JSON number holds exactly.
inline constexpr qint64 MaxBudgetLimit = qint64(1) << 53;

/// One limit and how much of it is gone.
struct BudgetLine {
    std::optional<qint64> limit;            ///< tokens
    qint64 used = 0;                        ///< tokens settled in this period
    qint64 reserved = 0;                    ///< tokens that requests under way may still use
    std::optional<Clock::System> resetsAt;  ///< none for the total

    /// Tokens that may still be reserved; nothing without a limit.
    [[nodiscard]] std::optional<qint64> remaining() const
    {
        return limit ? std::optional(std::max<qint64>(0, *limit - used - reserved)) : std::nullopt;
    }
    friend bool operator==(const BudgetLine &, const BudgetLine &) = default;
};

/// A user's budget at one moment.
struct BudgetState {
    BudgetLine daily;
    BudgetLine monthly;
    BudgetLine total;

    friend bool operator==(const BudgetState &, const BudgetState &) = default;
};

}
