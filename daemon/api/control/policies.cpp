// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/policies.h"

#include "daemon/api/control/contentversion.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using types::ListOf;

namespace {

/// The service speaks of "permissions[2].resource"; whoever asked called the list otherwise.
Result<bool> named(Result<bool> result, const QString &list)
{
    if (!result && result.error().param.startsWith(u"permissions"))
        result.error().param.replace(0, u"permissions"_s.size(), list);
    return result;
}

Task<Answer<ListOf<Permission>>> list(const ControlServices *services, Call<types::PermissionQuery, Nothing> call,
                                      RequestContext context)
{
    CO_TRY(const auto user, call.id<UserId>());
    if (call.query.isEffective.value_or(false)) {
        CO_TRY(const auto all, co_await services->policies.effectivePermissions(user, context));
        co_return Answer<ListOf<Permission>>{listOfPermissions(all)};
    }
    CO_TRY(const auto own, co_await services->policies.permissions(user, context));
    co_return Answer<ListOf<Permission>>{listOfPermissions(own)};
}

Task<Answer<ListOf<Permission>>> changeOwnPermissions(const ControlServices *services,
                                                      Call<Nothing, types::PermissionChange> call,
                                                      RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(const User user, co_await services->users.user(id, context));
    co_return co_await changePermissions(services, id, objectOf(user), std::move(call), std::move(context));
}

Task<Answer<BudgetState>> readBudget(const ControlServices *services, Call<Nothing, Nothing> call,
                                     RequestContext context)
{
    CO_TRY(const auto user, call.id<UserId>());
    CO_TRY(const BudgetState state, co_await services->policies.budget(user, context));
    co_return Answer<BudgetState>{state};
}

Task<Answer<types::Limits>> readOwnLimits(const ControlServices *services, Call<Nothing, Nothing> call,
                                          RequestContext context)
{
    CO_TRY(const auto user, call.id<UserId>());
    co_return co_await readLimits(services, user, std::move(context));
}

Answer<types::Limits> answerOf(const accounts::Limits &limits)
{
    return {{limits.budget, limits.rates}, contentVersion(limits)};
}

Task<Answer<types::Limits>> changeOwnLimits(const ControlServices *services, Call<Nothing, types::LimitsPatch> call,
                                            RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(const User user, co_await services->users.user(id, context));
    co_return co_await changeLimits(services, id, objectOf(user), std::move(call), std::move(context));
}

}

constexpr qsizetype mostChanges = accounts::PolicyService::mostPermissions;

ListOf<Permission> listOfPermissions(const QList<Permission> &permissions) { return {permissions, {}, {}}; }

Task<Answer<ListOf<Permission>>> changePermissions(const ControlServices *services, accounts::Grantee grantee,
                                                   QString object, Call<Nothing, types::PermissionChange> call,
                                                   RequestContext context)
{
    if (call.body.grant.size() > mostChanges || call.body.revoke.size() > mostChanges)
        co_return failure(
            Error::invalid(u"At most %1 permissions at once."_s.arg(mostChanges), u"grant"_s, u"invalid_value"_s));
    // Granting is what may be refused, so it goes first: then nothing was changed.
    const auto unknown = call.body.acceptsUnknown ? accounts::Unknown::Accept : accounts::Unknown::Refuse;
    if (!call.body.grant.isEmpty()) {
        CO_TRY(const bool isNew,
               named(co_await services->policies.grant(grantee, call.body.grant, unknown, context), u"grant"_s));
        if (isNew)
            co_await audit(services, call.caller,
                           {u"permission.grant"_s, object, {}, wire::write(listOfPermissions(call.body.grant))},
                           context);
    }
    if (!call.body.revoke.isEmpty()) {
        CO_TRY(const bool wasThere,
               named(co_await services->policies.revoke(grantee, call.body.revoke, context), u"revoke"_s));
        if (wasThere)
            co_await audit(services, call.caller,
                           {u"permission.revoke"_s, object, wire::write(listOfPermissions(call.body.revoke))}, context);
    }
    CO_TRY(const auto now, co_await services->policies.permissions(grantee, context));
    co_return Answer<ListOf<Permission>>{listOfPermissions(now)};
}

Task<Answer<types::Limits>> readLimits(const ControlServices *services, accounts::Grantee holder,
                                       RequestContext context)
{
    CO_TRY(const accounts::Limits limits, co_await services->policies.limits(holder, std::move(context)));
    co_return answerOf(limits);
}

Task<Answer<types::Limits>> changeLimits(const ControlServices *services, accounts::Grantee holder, QString object,
                                         Call<Nothing, types::LimitsPatch> call, RequestContext context)
{
    CO_TRY(const accounts::Limits old, co_await services->policies.limits(holder, context));
    const types::BudgetPatch &budget = call.body.budget;
    const types::RatePatch &rates = call.body.rates;
    CO_TRY(const accounts::Limits now,
           co_await services->policies.setLimits(holder, {budget.daily, budget.monthly, budget.total},
                                                 {rates.requestsPerMinute, rates.parallelRequests},
                                                 stillOfVersion<accounts::Limits>(call.version), context));
    const types::Limits before{old.budget, old.rates};
    const types::Limits after{now.budget, now.rates};
    co_await audit(services, call.caller, {u"limits.change"_s, object, wire::write(before), wire::write(after)},
                   context);
    services->events.publish(
        "budget.changed", R"({"object":)" + json::quoted(object.toUtf8()) + R"(,"limits":)" + wire::write(after) + '}');
    co_return answerOf(now);
}

void addPolicyOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listPermissions, std::bind_front(&list, &services));
    table.add(types::changePermissions, std::bind_front(&changeOwnPermissions, &services));
    table.add(types::readBudget, std::bind_front(&readBudget, &services));
    table.add(types::readLimits, std::bind_front(&readOwnLimits, &services));
    table.add(types::changeLimits, std::bind_front(&changeOwnLimits, &services));
}

}
