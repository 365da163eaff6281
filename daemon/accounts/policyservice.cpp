// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/policyservice.h"

#include "daemon/accounts/accountrules.h"

namespace moe::accounts {

Task<void> PolicyService::load(RequestContext context)
{
    CO_TRY(const AccountSnapshot snapshot, co_await m_parts.snapshots.loadAll(std::move(context)));
    m_parts.accounts.load(snapshot);
    m_parts.keys.load(snapshot.keys);
    co_return {};
}

Task<void> PolicyService::refresh(UserId user, RequestContext context)
{
    CO_TRY(const UserEntry entry, co_await m_parts.snapshots.loadUser(user, std::move(context)));
    m_parts.accounts.putUser(entry);
    co_return {};
}

Task<bool> PolicyService::grant(QString userName, Permission permission, RequestContext context)
{
    CO_TRY_VOID(checkPermission(permission));
    permission.resource = canonicalResource(permission.type, permission.resource);
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), context));
    CO_TRY(const bool isNew, co_await m_parts.grants.grant(user.id, {permission}, m_parts.clock.system(), context));
    CO_TRY_VOID(co_await refresh(user.id, context));
    co_return isNew;
}

Task<bool> PolicyService::revoke(QString userName, Permission permission, RequestContext context)
{
    permission.resource = canonicalResource(permission.type, permission.resource);
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), context));
    CO_TRY(const bool wasThere, co_await m_parts.grants.revoke(user.id, {permission}, m_parts.clock.system(), context));
    CO_TRY_VOID(co_await refresh(user.id, context));
    co_return wasThere;
}

Task<QList<Permission>> PolicyService::permissions(QString userName, RequestContext context)
{
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), context));
    co_return co_await m_parts.grants.effectivePermissions(user.id, context);
}

Task<BudgetState> PolicyService::setBudget(QString userName, BudgetChange change, RequestContext context)
{
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), context));
    CO_TRY(const Limits limits, co_await m_parts.limits.limits(user.id, context));
    const BudgetLimits changed{change.daily.value_or(limits.budget.daily),
                               change.monthly.value_or(limits.budget.monthly),
                               change.total.value_or(limits.budget.total)};
    CO_TRY_VOID(checkBudget(changed));
    CO_TRY_VOID(co_await m_parts.limits.setBudget(user.id, changed, m_parts.clock.system(), context));
    CO_TRY_VOID(co_await refresh(user.id, context));
    co_return stateOf(user.id);
}

Task<BudgetState> PolicyService::budget(QString userName, RequestContext context)
{
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), std::move(context)));
    co_return stateOf(user.id);
}

Task<User> PolicyService::setActive(QString userName, bool isActive, RequestContext context)
{
    CO_TRY(const User user, co_await m_parts.users.findUser(std::move(userName), context));
    UserChange change;
    change.isActive = isActive;
    CO_TRY(User changed,
           co_await m_parts.users.updateUser(user.id, change, std::nullopt, m_parts.clock.system(), context));
    m_parts.keys.setUserActive(user.id, isActive);
    CO_TRY_VOID(co_await refresh(user.id, context));
    co_return changed;
}

Result<BudgetState> PolicyService::stateOf(UserId user) const
{
    const auto account = m_parts.accounts.user(user);
    if (!account)
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such user.")));
    return account->budget().state(m_parts.clock.system());
}

}
