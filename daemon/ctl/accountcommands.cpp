// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/accountcommands.h"
#include "daemon/ctl/accountjson.h"
#include "daemon/ctl/arguments.h"

namespace moe::ctl {

using accounts::AccountService;
using KeyRequest = accounts::AccountService::KeyRequest;
using accounts::Page;

namespace {

// Plain coroutines with a pointer: a lambda that is one must not capture.

Task<QJsonObject> addUser(AccountService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    CO_TRY(const QString name, arguments.text(QStringLiteral("name")));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const User user, co_await service->addUser(name, context));
    co_return toJson(user);
}

Task<QJsonObject> listUsers(AccountService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    Page page;
    CO_TRY(page.after, arguments.optionalNumber(QStringLiteral("after")));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const auto users, co_await service->listUsers(page, context));
    co_return pageJson(users, page.limit);
}

Task<QJsonObject> createKey(AccountService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    KeyRequest request;
    CO_TRY(request.userName, arguments.text(QStringLiteral("user")));
    CO_TRY(request.label, arguments.text(QStringLiteral("label")));
    CO_TRY(request.expires, arguments.optionalTime(QStringLiteral("expires")));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const IssuedKey issued, co_await service->createKey(request, context));
    co_return toJson(issued);
}

Task<QJsonObject> listKeys(AccountService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    Page page;
    CO_TRY(const QString user, arguments.optionalText(QStringLiteral("user")));
    CO_TRY(page.after, arguments.optionalNumber(QStringLiteral("after")));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const auto keys, co_await service->listKeys(user, page, context));
    co_return pageJson(keys, page.limit);
}

Task<QJsonObject> revokeKey(AccountService *service, QJsonObject values, RequestContext context)
{
    Arguments arguments(values);
    CO_TRY(const QString key, arguments.text(QStringLiteral("key")));
    CO_TRY_VOID(arguments.finish());
    CO_TRY(const ApiKey revoked, co_await service->revokeKey(key, context));
    co_return toJson(revoked);
}

}

void registerAccountCommands(CommandTable &table, AccountService &service)
{
    using Command = Task<QJsonObject> (*)(AccountService *, QJsonObject, RequestContext);
    const std::pair<QString, Command> commands[] = {
        {QStringLiteral("user.add"), &addUser},     {QStringLiteral("user.list"), &listUsers},
        {QStringLiteral("key.create"), &createKey}, {QStringLiteral("key.list"), &listKeys},
        {QStringLiteral("key.revoke"), &revokeKey},
    };
    for (const auto &[name, command] : commands)
        table.registerCommand(name, std::bind_front(command, &service));
}

}
