// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditstore.h"
#include "daemon/accounts/usagestore.h"

#include <chrono>
#include <functional>
#include <optional>

namespace moe::accounts {

/// How long records are kept; nothing: for ever.
struct RetentionTimes {
    std::optional<std::chrono::days> usage{365};
    std::optional<std::chrono::days> audit{730};
};

struct RetentionOptions {
    std::chrono::milliseconds first{std::chrono::minutes(1)};  ///< after the start
    std::chrono::milliseconds interval{std::chrono::hours(1)};
    std::chrono::milliseconds pause{250};                      ///< between portions, for other writers
    int portion = 10'000;                                      ///< rows a transaction
};

/// Deletes records whose time is over, a portion at a time so that nothing is locked for long. Main thread; stores and
/// clock outlive it, and it outlives its tasks.
class Retention
{
public:
    /// What is in force; asked again for each look.
    using Times = std::function<RetentionTimes()>;

    Retention(UsageStore &usage, AuditStore &audit, const Clock &clock, Times times, RetentionOptions options = {});
    Retention(const Retention &) = delete;
    Retention &operator=(const Retention &) = delete;

    /// Looks again and again until the context is stopped.
    [[nodiscard]] QCoro::Task<> run(RequestContext context);

    struct Removed {
        qint64 usage = 0;
        qint64 audit = 0;
    };
    /// One look. After an error the rest is left to the next one.
    [[nodiscard]] Task<Removed> removeExpired(RequestContext context);

private:
    using RemoveBefore = std::function<Task<qint64>(Clock::System, int, RequestContext)>;
    Task<qint64> removeInPortions(RemoveBefore remove, std::optional<std::chrono::days> kept, RequestContext context);

    UsageStore &m_usage;
    AuditStore &m_audit;
    const Clock &m_clock;
    const Times m_times;
    const RetentionOptions m_options;
};

}
