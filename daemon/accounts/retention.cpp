// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/retention.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

Retention::Retention(UsageStore &usage, AuditStore &audit, const Clock &clock, Times times, RetentionOptions options)
    : m_usage(usage)
    , m_audit(audit)
    , m_clock(clock)
    , m_times(std::move(times))
    , m_options(options)
{ }

QCoro::Task<> Retention::run(RequestContext context)
{
    auto delay = m_options.first;
    while (co_await sleepFor(delay, context)) {
        const Result<Removed> removed = co_await removeExpired(context);
        if (removed && removed->usage + removed->audit > 0)
            MOE_LOG(Accounts, Info, "", "Records were deleted because their retention time is over",
                    {"usage", removed->usage}, {"audit", removed->audit});
        else if (!removed && !context.isStopped())
            MOE_LOG(Accounts, Warning, "", "Records whose retention time is over could not be deleted",
                    {"error", removed.error().message});
        delay = m_options.interval;
    }
}

Task<Retention::Removed> Retention::removeExpired(RequestContext context)
{
    const RetentionTimes times = m_times();
    const auto removeUsage = [this](Clock::System time, int limit, RequestContext inner) {
        return m_usage.removeBefore(time, limit, std::move(inner));
    };
    const auto removeAudit = [this](Clock::System time, int limit, RequestContext inner) {
        return m_audit.removeBefore(time, limit, std::move(inner));
    };
    Removed removed;
    CO_TRY(removed.usage, co_await removeInPortions(removeUsage, times.usage, context));
    CO_TRY(removed.audit, co_await removeInPortions(removeAudit, times.audit, context));
    co_return removed;
}

Task<qint64> Retention::removeInPortions(RemoveBefore remove, std::optional<std::chrono::days> kept,
                                         RequestContext context)
{
    if (!kept)
        co_return 0;
    const Clock::System end = m_clock.system() - *kept;
    qint64 total = 0;
    for (;;) {
        CO_TRY(const qint64 removed, co_await remove(end, m_options.portion, context));
        total += removed;
        if (removed < m_options.portion)
            co_return total;
        CO_TRY_VOID(co_await sleepFor(m_options.pause, context));
    }
}

}
