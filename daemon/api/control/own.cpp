// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/userpolicy.h"
#include "daemon/api/control/keys.h"
#include "daemon/api/control/policies.h"
#include "daemon/api/control/textsecret.h"
#include "daemon/inference/modelname.h"
#include "daemon/pipeline/mode.h"
#include "shared/wire/control/sessions.h"

using namespace Qt::StringLiterals;

// What account holders do for themselves. Whose it is follows from the session, never from what is sent.
namespace moe::api::control {

namespace types = moe::control;

namespace {

Answer<User> versioned(User user)
{
    const qint64 version = user.version;
    return {std::move(user), version};
}

Task<Answer<User>> readMe(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(User user, co_await services->users.user(call.caller.user.id, context));
    co_return versioned(std::move(user));
}

Task<Answer<User>> changeMe(const ControlServices *services, Call<Nothing, types::ProfilePatch> call,
                            RequestContext context)
{
    accounts::UserChange change;
    change.displayName = call.body.displayName;
    change.email = call.body.email;
    change.language = call.body.language;
    CO_TRY(User user, co_await services->users.change(call.caller.user.id, change, call.version, context));
    co_await audit(services, call.caller, {u"user.change"_s, objectOf(user), {}, wire::write(call.body)}, context);
    co_return versioned(std::move(user));
}

Task<Answer<Nothing>> changePassword(const ControlServices *services, Call<Nothing, types::PasswordChange> call,
                                     RequestContext context)
{
    const auto changed = co_await services->signIn.changePassword(
        call.caller.user.id, takeSecret(call.body.current), takeSecret(call.body.fresh), call.caller.session, context);
    const QString object = u"user:"_s + call.caller.user.name;
    if (!changed) {
        auditRefusal(*services, call.caller, u"password.refused"_s, object, changed.error());
        co_return std::unexpected(changed.error());
    }
    co_await audit(services, call.caller, {u"password.change"_s, object}, context);
    co_return Answer<Nothing>{};
}

Task<Answer<ListOf<Session>>> sessions(const ControlServices *services, Call<Nothing, Nothing> call,
                                       RequestContext context)
{
    CO_TRY(const auto own, co_await services->signIn.sessions(call.caller.user.id, context));
    co_return Answer<ListOf<Session>>{{own, {}, {}}};
}

Task<Answer<Nothing>> revokeSession(const ControlServices *services, Call<Nothing, Nothing> call,
                                    RequestContext context)
{
    CO_TRY(const auto session, call.id<SessionId>());
    CO_TRY_VOID(co_await services->signIn.revokeSession(call.caller.user.id, session, context));
    co_await audit(services, call.caller, {u"session.close"_s, QString(u"session:" % QString::number(session.value()))},
                   context);
    co_return Answer<Nothing>{};
}

Task<Answer<ListOf<ApiKey>>> listMine(const ControlServices *services, Call<types::KeyQuery, Nothing> call,
                                      RequestContext context)
{
    const UserId owner = call.caller.user.id;
    return listKeys(services, owner, std::move(call), std::move(context));
}

Task<Answer<types::CreatedKey>> createMine(const ControlServices *services, Call<Nothing, types::NewOwnKey> call,
                                           RequestContext context)
{
    const UserId owner = call.caller.user.id;
    // Rates and profile are the administrators' business: a key's rates win over its owner's.
    accounts::KeyRequest request{call.body.label, call.body.expires};
    return createKey(services, owner, std::move(request), call.caller, std::move(context));
}

Task<Answer<ApiKey>> changeMine(const ControlServices *services, Call<Nothing, types::OwnKeyPatch> call,
                                RequestContext context)
{
    CO_TRY(const auto id, call.id<KeyId>());
    accounts::KeyChange change;
    change.label = call.body.label;
    change.expires = call.body.expires;
    co_return co_await changeKey(services, id, change, call.version, call.caller.user.id, wire::write(call.body),
                                 call.caller, context);
}

Task<Answer<ApiKey>> revokeMine(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(accounts::KeyReference reference, accounts::parseKeyReference(call.path.at(0)));
    co_return co_await revokeKey(services, std::move(reference), call.caller.user.id, call.caller, context);
}

Task<Answer<BudgetState>> budget(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const BudgetState state, co_await services->policies.budget(call.caller.user.id, context));
    co_return Answer<BudgetState>{state};
}

Task<Answer<ListOf<Permission>>> permissions(const ControlServices *services, Call<Nothing, Nothing> call,
                                             RequestContext context)
{
    CO_TRY(const auto all, co_await services->policies.effectivePermissions(call.caller.user.id, context));
    co_return Answer<ListOf<Permission>>{listOfPermissions(all)};
}

bool mayUse(const accounts::UserPolicy &policy, PermissionType type, const QString &resource)
{
    const qsizetype at = resource.lastIndexOf(u'@');
    if (type == PermissionType::ModelEndpoint && at > 0)
        return policy.allowsModel(inference::canonicalModelName(resource.first(at)), resource.sliced(at + 1));
    if (type == PermissionType::MoeMode && pipeline::modeFromModelId(resource))
        return policy.allowsMode(resource, u"moe_orchestrated"_s);
    return policy.allows(type, resource);
}

Task<Answer<Nothing>> checkAccess(const ControlServices *services, Call<types::AccessQuery, Nothing> call,
                                  RequestContext context)
{
    CO_TRY(const auto all, co_await services->policies.effectivePermissions(call.caller.user.id, context));
    if (!mayUse(accounts::UserPolicy(all), call.query.type, call.query.resource))
        co_return failure(accounts::permissionDenied(call.query.type, call.query.resource));
    co_return Answer<Nothing>{};
}

}

void addOwnOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::readMe, std::bind_front(&readMe, &services));
    table.add(types::changeMe, std::bind_front(&changeMe, &services));
    table.add(types::changeMyPassword, std::bind_front(&changePassword, &services));
    table.add(types::listMySessions, std::bind_front(&sessions, &services));
    table.add(types::revokeMySession, std::bind_front(&revokeSession, &services));
    table.add(types::listMyKeys, std::bind_front(&listMine, &services));
    table.add(types::createMyKey, std::bind_front(&createMine, &services));
    table.add(types::changeMyKey, std::bind_front(&changeMine, &services));
    table.add(types::revokeMyKey, std::bind_front(&revokeMine, &services));
    table.add(types::readMyBudget, std::bind_front(&budget, &services));
    table.add(types::listMyPermissions, std::bind_front(&permissions, &services));
    table.add(types::checkMyAccess, std::bind_front(&checkAccess, &services));
}

}
