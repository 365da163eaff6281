// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/policycommands.h"

#include "daemon/ctl/accountjson.h"
#include "daemon/ctl/arguments.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace moe::ctl {

using accounts::BudgetChange;
using accounts::PolicyService;

namespace {

struct GrantArguments {
    QString user;
    Permission permission;
};

Result<GrantArguments> readGrant(const QJsonObject &values)
{
    Arguments arguments(values);
    GrantArguments read;
    TRY(read.user, arguments.text(u"user"_s));
    TRY(const QString typeName, arguments.text(u"type"_s));
    TRY(read.permission.resource, arguments.text(u"resource"_s));
    TRY_VOID(arguments.finish());
    const auto type = permissionTypeNamed(typeName);
    if (!type) {
        QStringList names;
        for (const auto &[known, name] : permissionTypeNames)
            names.append(name);
        return failure(Error::invalid(u"There is no such type of permission; there are: %1."_s.arg(names.join(", "_L1)),
                                      u"type"_s));
    }
    read.permission.type = *type;
    return read;
}

QJsonObject grantJson(const GrantArguments &grant, bool isChanged)
{
    QJsonObject json = toJson(grant.permission);
    json.insert(u"user"_s, grant.user);
    json.insert(u"changed"_s, isChanged);
    return json;
}

Task<QJsonObject> grantPermission(PolicyService *service, QJsonObject values, RequestContext context)
{
    CO_TRY(const GrantArguments grant, readGrant(values));
    CO_TRY(const bool isNew, co_await service->grant(grant.user, grant.permission, context));
    co_return grantJson(grant, isNew);
}

Task<QJsonObject> revokePermission(PolicyService *service, QJsonObject values, RequestContext context)
{
    CO_TRY(const GrantArguments grant, readGrant(values));
    CO_TRY(const bool wasThere, co_await service->revoke(grant.user, grant.permission, context));
    co_return grantJson(grant, wasThere);
}

Task<QJsonObject> listPermissions(PolicyService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    CO_TRY(const QString user, arguments.text(u"user"_s));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const auto permissions, co_await service->permissions(user, context));
    QJsonArray items;
    for (const Permission &permission : permissions)
        items.append(toJson(permission));
    co_return QJsonObject{{u"items"_s, items}};
}

/// A number of tokens, "none" for no limit, nothing if it is not to be changed.
Result<std::optional<std::optional<qint64>>> limitArgument(Arguments &arguments, const QString &name)
{
    using Change = std::optional<std::optional<qint64>>;
    TRY(const QString text, arguments.optionalText(name));
    if (text.isEmpty())
        return Change();
    if (text == u"none")
        return Change(std::optional<qint64>());
    bool isNumber = false;
    const qint64 limit = text.toLongLong(&isNumber);
    if (!isNumber || limit < 0 || limit > MaxBudgetLimit)
        return failure(Error::invalid(
            u"The limit \"%1\" must be a number of tokens from 0 to 2^53, or \"none\"."_s.arg(name), name));
    return Change(std::optional(limit));
}

Task<QJsonObject> setBudget(PolicyService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    BudgetChange change;
    CO_TRY(const QString user, arguments.text(u"user"_s));
    CO_TRY(change.daily, limitArgument(arguments, u"daily"_s));
    CO_TRY(change.monthly, limitArgument(arguments, u"monthly"_s));
    CO_TRY(change.total, limitArgument(arguments, u"total"_s));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const BudgetState state, co_await service->setBudget(user, change, context));
    co_return toJson(state);
}

Task<QJsonObject> showBudget(PolicyService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    CO_TRY(const QString user, arguments.text(u"user"_s));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const BudgetState state, co_await service->budget(user, context));
    co_return toJson(state);
}

Task<QJsonObject> setActive(PolicyService *service, QJsonObject values, bool isActive, RequestContext context)
{
    Arguments arguments(values);
    CO_TRY(const QString user, arguments.text(u"name"_s));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const User changed, co_await service->setActive(user, isActive, context));
    co_return toJson(changed);
}

Task<QJsonObject> blockUser(PolicyService *service, QJsonObject values, RequestContext context)
{
    return setActive(service, std::move(values), false, std::move(context));
}

Task<QJsonObject> unblockUser(PolicyService *service, QJsonObject values, RequestContext context)
{
    return setActive(service, std::move(values), true, std::move(context));
}

}

void registerPolicyCommands(CommandTable &table, PolicyService &service)
{
    using Command = Task<QJsonObject> (*)(PolicyService *, QJsonObject, RequestContext);
    const std::pair<QString, Command> commands[] = {
        {u"permission.grant"_s, &grantPermission}, {u"permission.revoke"_s, &revokePermission},
        {u"permission.list"_s, &listPermissions},  {u"budget.set"_s, &setBudget},
        {u"budget.show"_s, &showBudget},           {u"user.block"_s, &blockUser},
        {u"user.unblock"_s, &unblockUser},
    };
    for (const auto &[name, command] : commands)
        table.registerCommand(name, std::bind_front(command, &service));
}

}
