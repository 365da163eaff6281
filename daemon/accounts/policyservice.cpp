// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/policyservice.h"
#include "daemon/accounts/accountrules.h"

namespace moe::accounts {

namespace {

/// The same error, naming the field of one entry of a list.
Error atIndex(Error error, qsizetype index)
{
    error.param = QStringLiteral("permissions[%1].%2").arg(index).arg(error.param);
    return error;
}

Result<void> checkCount(const QList<Permission> &permissions)
{
    if (permissions.isEmpty() || permissions.size() > PolicyService::mostPermissions)
        return failure(
            Error::invalid(QStringLiteral("Name 1 to %1 permissions at a time.").arg(PolicyService::mostPermissions),
                           QStringLiteral("permissions")));
    return {};
}

Error unknownResource(const Permission &permission)
{
    return Error::invalid(QStringLiteral("There is no %1 \"%2\" here as far as is known. To grant it in advance, set "
                                         "\"accept_unknown\".")
                              .arg(permissionTypeName(permission.type), permission.resource),
                          QStringLiteral("resource"), QStringLiteral("unknown_resource"));
}

QList<Permission> canonical(QList<Permission> permissions)
{
    for (Permission &permission : permissions)
        permission.resource = canonicalResource(permission.type, permission.resource);
    return permissions;
}

BudgetLimits changed(const BudgetLimits &limits, const BudgetChange &change)
{
    return {change.daily.value_or(limits.daily), change.monthly.value_or(limits.monthly),
            change.total.value_or(limits.total)};
}

RateLimits changed(const RateLimits &limits, const RateChange &change)
{
    return {change.requestsPerMinute.value_or(limits.requestsPerMinute),
            change.parallelRequests.value_or(limits.parallelRequests)};
}

}

Result<void> PolicyService::checkGrants(const QList<Permission> &permissions, Unknown unknown) const
{
    TRY_VOID(checkCount(permissions));
    for (qsizetype i = 0; i < permissions.size(); ++i) {
        const Permission &permission = permissions[i];
        if (const Result<void> good = checkPermission(permission); !good)
            return failure(atIndex(good.error(), i));
        const bool isKnown
            = permission.resource == u"*" || (m_parts.isKnown && m_parts.isKnown(permission).value_or(false));
        if (unknown == Unknown::Refuse && !isKnown)
            return failure(atIndex(unknownResource(permission), i));
    }
    return {};
}

Task<bool> PolicyService::grant(Grantee grantee, QList<Permission> permissions, Unknown unknown, RequestContext context)
{
    permissions = canonical(std::move(permissions));
    CO_TRY_VOID(checkGrants(permissions, unknown));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const bool isNew,
           co_await m_parts.grants.grant(grantee, std::move(permissions), m_parts.clock.system(), context));
    co_await m_parts.live.refresh(grantee, std::move(context));
    co_return isNew;
}

Task<bool> PolicyService::revoke(Grantee grantee, QList<Permission> permissions, RequestContext context)
{
    CO_TRY_VOID(checkCount(permissions));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const bool wasThere,
           co_await m_parts.grants.revoke(grantee, canonical(std::move(permissions)), m_parts.clock.system(), context));
    co_await m_parts.live.refresh(grantee, std::move(context));
    co_return wasThere;
}

Task<QList<Permission>> PolicyService::permissions(Grantee grantee, RequestContext context)
{
    return m_parts.grants.permissions(grantee, std::move(context));
}

Task<QList<Permission>> PolicyService::effectivePermissions(UserId user, RequestContext context)
{
    return m_parts.grants.effectivePermissions(user, std::move(context));
}

Task<Limits> PolicyService::setLimits(Grantee holder, BudgetChange budget, RateChange rates,
                                      Precondition<Limits> onlyIf, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const Limits before, co_await m_parts.limits.limits(holder, context));
    CO_TRY_VOID(check(onlyIf, before));
    const Limits after{changed(before.budget, budget), changed(before.rates, rates)};
    CO_TRY_VOID(checkBudget(after.budget));
    CO_TRY_VOID(checkRates(after.rates));
    CO_TRY_VOID(co_await m_parts.limits.setLimits(holder, after, m_parts.clock.system(), context));
    co_await m_parts.live.refresh(holder, std::move(context));
    co_return after;
}

Task<Limits> PolicyService::limits(Grantee holder, RequestContext context)
{
    return m_parts.limits.limits(holder, std::move(context));
}

Task<BudgetState> PolicyService::budget(UserId user, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    co_return stateOf(user);
}

Result<BudgetState> PolicyService::stateOf(UserId user) const
{
    const auto account = m_parts.accounts.user(user);
    if (!account)
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such user.")));
    return account->budget().state(m_parts.clock.system());
}

}
