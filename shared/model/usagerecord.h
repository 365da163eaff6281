// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QLatin1StringView>
#include <QString>
#include <QStringList>

#include <array>
#include <chrono>
#include <utility>

namespace moe {

/// How a request ended, as its owner is told. The numbers are stored.
enum class UsageStatus { Ok = 0, BudgetExceeded = 1, Error = 2, Cancelled = 3 };

inline constexpr std::array<std::pair<UsageStatus, QLatin1StringView>, 4> usageStatusNames{{
    {UsageStatus::Ok, QLatin1StringView("ok")},
    {UsageStatus::BudgetExceeded, QLatin1StringView("budget_exceeded")},
    {UsageStatus::Error, QLatin1StringView("error")},
    {UsageStatus::Cancelled, QLatin1StringView("cancelled")},
}};

/// What one request used; there is one for every request with a valid key, also for those that were refused.
struct UsageRecord {
    qint64 id = 0;                              ///< 0: not stored yet
    Clock::System time;                         ///< when it came, to the millisecond
    QByteArray requestId;
    UserId user;
    KeyId key;
    QString model;                              ///< as asked for, at most 200 characters
    QString mode;                               ///< "moe_native", or the orchestrated mode's name
    QString profile;                            ///< or expert template; empty: none
    Usage usage;                                ///< tokens of all legs together
    UsageStatus status = UsageStatus::Ok;
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds timeToFirstToken{0}; ///< 0: there was none
    bool isCacheHit = false;
    QStringList experts;                        ///< categories that were asked
    QStringList nodes;                          ///< servers that answered

    friend bool operator==(const UsageRecord &, const UsageRecord &) = default;
};

}
