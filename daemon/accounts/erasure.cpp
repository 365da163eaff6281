// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/erasure.h"
#include "daemon/telemetry/log.h"

namespace moe::accounts {

ErasedUser ErasedUser::of(const User &user, const QList<ApiKey> &keys)
{
    ErasedUser erased{user.id, user.name, user.email, user.displayName, {}, {}};
    for (const ApiKey &key : keys) {
        erased.keys.append(key.id);
        erased.keyPrefixes.append(key.prefix);
    }
    return erased;
}

QString pseudonymOf(UserId user) { return QStringLiteral("user:#%1").arg(user.value()); }

Eraser::Eraser(std::vector<ErasureHook *> hooks) : m_hooks(std::move(hooks)) { }

QCoro::Task<ErasureReport> Eraser::erase(ErasedUser user, RequestContext context)
{
    ErasureReport report;
    for (ErasureHook *hook : m_hooks) {
        const Result<void> erased = co_await hook->erase(user, context);
        if (!erased)
            MOE_LOG(Accounts, Error, context.requestId, "What belongs to an erased user could not be removed",
                    {"store", hook->name()}, {"user_id", user.id.value()}, {"error", erased.error().message});
        (erased ? report.erased : report.failed).append(hook->name());
    }
    co_return report;
}

}
