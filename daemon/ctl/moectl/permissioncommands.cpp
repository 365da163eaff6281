// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/policies.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;

const std::vector<Column> columns{{"type"_L1, "Type"_L1}, {"resource"_L1, "Resource"_L1}};

const std::vector<Column> changeColumns{
    {"type"_L1, "Type"_L1}, {"resource"_L1, "Resource"_L1}, {"changed"_L1, "Changed"_L1}};

/// What came of a grant or its end.
struct Changed {
    PermissionType type;
    QString resource;
    std::optional<QString> user;
    std::optional<QString> group;
    bool isChanged = false; ///< false: it was so already
    std::optional<QString> note = {};

    static constexpr auto fields()
    {
        return std::tuple{Field<&Changed::type>{"type"_L1},         Field<&Changed::resource>{"resource"_L1},
                          Field<&Changed::user>{"user"_L1},         Field<&Changed::group>{"group"_L1},
                          Field<&Changed::isChanged>{"changed"_L1}, Field<&Changed::note>{"note"_L1}};
    }
};

/// Whose permissions are meant.
struct Holder {
    std::optional<QString> user; ///< its name
    std::optional<QString> group;
    QStringList path;
};

Task<Holder> holderOf(Call call)
{
    if (call.inputs.has("user"_L1) == call.inputs.has("group"_L1))
        co_return wrongUsage(u"Name a user with --user or a group with --group."_s);
    if (call.inputs.has("user"_L1)) {
        CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
        co_return Holder{user.name, {}, pathTo(user.id)};
    }
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
    co_return Holder{{}, group.name, pathTo(group.id)};
}

Result<Permission> permissionOf(const Inputs &inputs)
{
    const auto type = permissionTypeNamed(inputs.text("type"_L1));
    if (!type) {
        QStringList names;
        for (const auto &[known, name] : permissionTypeNames)
            names.append(name);
        return failure(Error::invalid(u"There is no such type of permission; there are: %1."_s.arg(names.join(", "_L1)),
                                      u"type"_s));
    }
    return Permission{*type, inputs.text("resource"_L1)};
}

Task<QList<Permission>> permissionsOf(Call call, Holder holder, bool isEffective)
{
    if (holder.group)
        co_return co_await call.client.allPages(control::listGroupPermissions, {.path = holder.path}, {});
    control::PermissionQuery query;
    query.isEffective = isEffective;
    co_return co_await call.client.allPages(control::listPermissions, {.path = holder.path, .query = query}, {});
}

/// The API's advice names its own field.
Error inWordsOfOptions(Error error, const Permission &permission)
{
    if (error.reason == "unknown_resource"_L1)
        error.message
            = u"There is no %1 \"%2\" here as far as is known. To grant it in advance, add --accept-unknown."_s.arg(
                permissionTypeName(permission.type), permission.resource);
    return error;
}

Task<Output> change(Call call, bool isGrant)
{
    CO_TRY(const Permission permission, permissionOf(call.inputs));
    CO_TRY(const Holder holder, co_await holderOf(call));
    control::PermissionChange change;
    (isGrant ? change.grant : change.revoke).append(permission);
    change.acceptsUnknown = call.inputs.has("accept-unknown"_L1);
    CO_TRY(const auto before, co_await permissionsOf(call, holder, false));
    const auto &endpoint = holder.user ? control::changePermissions : control::changeGroupPermissions;
    auto answer = co_await call.client.call(endpoint, {.path = holder.path, .body = change}, {});
    if (!answer)
        co_return failure(inWordsOfOptions(answer.error(), permission));
    Changed changed{permission.type, permission.resource, holder.user, holder.group,
                    before.contains(permission) != isGrant};
    if (!isGrant && holder.user) {
        CO_TRY(const auto left, co_await permissionsOf(call, holder, true));
        if (left.contains(permission) || left.contains(Permission{permission.type, u"*"_s}))
            changed.note = u"It is granted still, by a group or by \"*\": see permission list."_s;
    }
    std::vector<Column> shownColumns = changeColumns;
    if (changed.note)
        shownColumns.push_back({"note"_L1, "Note"_L1});
    co_return shown(changed, shownColumns);
}

Task<Output> grant(Call call) { return change(std::move(call), true); }

Task<Output> revoke(Call call) { return change(std::move(call), false); }

Task<Output> list(Call call)
{
    CO_TRY(const Holder holder, co_await holderOf(call));
    CO_TRY(const auto permissions, co_await permissionsOf(call, holder, true));
    co_return listed(permissions, columns);
}

constexpr Parameter user{Parameter::OptionalOption, "user"_L1, "NAME"_L1};
constexpr Parameter group{Parameter::OptionalOption, "group"_L1, "GROUP"_L1};
constexpr Parameter type{Parameter::Option, "type"_L1, "TYPE"_L1};
constexpr Parameter resource{Parameter::Option, "resource"_L1, "RESOURCE"_L1};

}

CommandGroup permissionCommands()
{
    return {"Permissions"_L1,
            {{"permission grant"_L1,
              "Allows a user or the members of a group one thing; \"*\" stands for all of a type. What the daemon does "
              "not know yet takes --accept-unknown."_L1,
              {user, group, type, resource, {Parameter::Flag, "accept-unknown"_L1}},
              &grant},
             {"permission revoke"_L1, "Takes that back."_L1, {user, group, type, resource}, &revoke},
             {"permission list"_L1,
              "Lists what a user may use, also through groups, or what a group grants."_L1,
              {user, group},
              &list}}};
}

}
