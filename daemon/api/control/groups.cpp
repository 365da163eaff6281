// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/contentversion.h"
#include "daemon/api/control/listparams.h"
#include "daemon/api/control/policies.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using accounts::GroupSort;

namespace {

const SortNames<GroupSort> sortNames{{"id"_L1, GroupSort::Id}, {"name"_L1, GroupSort::Name}};

Task<Answer<ListOf<Group>>> list(const ControlServices *services, Call<types::GroupQuery, Nothing> call,
                                 RequestContext context)
{
    accounts::GroupQuery query;
    query.member = call.query.member;
    query.text = call.query.text.value_or(QString());
    CO_TRY(query.order, listOrder<GroupSort>(call.query, sortNames));
    CO_TRY(const auto page, co_await services->groups.list(query, context));
    co_return Answer<ListOf<Group>>{listOf(page)};
}

Answer<Group> answerOf(Group group, QByteArray location = {})
{
    const qint64 version = contentVersion(group);
    return {std::move(group), version, std::move(location)};
}

Task<Answer<Group>> create(const ControlServices *services, Call<Nothing, types::NewGroup> call, RequestContext context)
{
    CO_TRY(Group group, co_await services->groups.add({call.body.name, call.body.description}, context));
    co_await audit(services, call.caller, {u"group.create"_s, objectOf(group), {}, wire::write(call.body)}, context);
    const QByteArray location = "/control/v1/groups/" + QByteArray::number(group.id.value());
    co_return answerOf(std::move(group), location);
}

Task<Answer<Group>> read(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(Group group, co_await services->groups.group(id, context));
    co_return answerOf(std::move(group));
}

Task<Answer<Group>> change(const ControlServices *services, Call<Nothing, types::GroupPatch> call,
                           RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(const Group old, co_await services->groups.group(id, context));
    const accounts::NewGroup wanted{call.body.name.value_or(old.name), call.body.description.value_or(old.description)};
    CO_TRY(Group group, co_await services->groups.change(id, wanted, stillOfVersion<Group>(call.version), context));
    const types::GroupPatch before{old.name, old.description};
    co_await audit(services, call.caller,
                   {u"group.change"_s, objectOf(group), wire::write(before), wire::write(call.body)}, context);
    co_return answerOf(std::move(group));
}

Task<Answer<Nothing>> remove(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(const Group group, co_await services->groups.group(id, context));
    CO_TRY_VOID(co_await services->groups.remove(id, stillOfVersion<Group>(call.version), context));
    co_await audit(services, call.caller, {u"group.remove"_s, objectOf(group), wire::write(group)}, context);
    co_return Answer<Nothing>{};
}

Task<Answer<ListOf<Permission>>> listPermissions(const ControlServices *services, Call<Nothing, Nothing> call,
                                                 RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(const auto permissions, co_await services->policies.permissions(id, context));
    co_return Answer<ListOf<Permission>>{listOfPermissions(permissions)};
}

Task<Answer<ListOf<Permission>>> changeGroupPermissions(const ControlServices *services,
                                                        Call<Nothing, types::PermissionChange> call,
                                                        RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(const Group group, co_await services->groups.group(id, context));
    co_return co_await changePermissions(services, id, objectOf(group), std::move(call), std::move(context));
}

Task<Answer<types::Limits>> readGroupLimits(const ControlServices *services, Call<Nothing, Nothing> call,
                                            RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    co_return co_await readLimits(services, id, std::move(context));
}

Task<Answer<types::Limits>> changeGroupLimits(const ControlServices *services, Call<Nothing, types::LimitsPatch> call,
                                              RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>());
    CO_TRY(const Group group, co_await services->groups.group(id, context));
    co_return co_await changeLimits(services, id, objectOf(group), std::move(call), std::move(context));
}

Task<Answer<Nothing>> setMember(const ControlServices *services, bool isMember, Call<Nothing, Nothing> call,
                                RequestContext context)
{
    CO_TRY(const auto id, call.id<GroupId>(0));
    CO_TRY(const auto userId, call.id<UserId>(1));
    CO_TRY(const Group group, co_await services->groups.group(id, context));
    CO_TRY(const bool isChanged, co_await services->groups.setMember(id, userId, isMember, context));
    if (isChanged) {
        // By id: the name is erased with the user.
        const QByteArray member
            = "{\"user_id\":" + QByteArray::number(userId.value()) + R"(,"member":)" + (isMember ? "true}" : "false}");
        co_await audit(services, call.caller, {u"group.member"_s, objectOf(group), {}, member}, context);
    }
    co_return Answer<Nothing>{};
}

}

void addGroupOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listGroups, std::bind_front(&list, &services));
    table.add(types::createGroup, std::bind_front(&create, &services));
    table.add(types::readGroup, std::bind_front(&read, &services));
    table.add(types::changeGroup, std::bind_front(&change, &services));
    table.add(types::removeGroup, std::bind_front(&remove, &services));
    table.add(types::listGroupPermissions, std::bind_front(&listPermissions, &services));
    table.add(types::changeGroupPermissions, std::bind_front(&changeGroupPermissions, &services));
    table.add(types::readGroupLimits, std::bind_front(&readGroupLimits, &services));
    table.add(types::changeGroupLimits, std::bind_front(&changeGroupLimits, &services));
    table.add(types::addMember, std::bind_front(&setMember, &services, true));
    table.add(types::removeMember, std::bind_front(&setMember, &services, false));
}

}
