// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/localcommands.h"

#include "daemon/ctl/arguments.h"
#include "daemon/telemetry/loglevel.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

/// Of one component or of all.
QJsonObject logLevels(std::optional<telemetry::Component> only)
{
    const telemetry::LogLevels levels = telemetry::logLevels();
    QJsonArray items;
    for (std::size_t i = 0; i < telemetry::componentCount; ++i) {
        if (only && *only != telemetry::Component(i))
            continue;
        items.append(QJsonObject{{u"category"_s, QString(telemetry::componentName(telemetry::Component(i)))},
                                 {u"level"_s, QString(telemetry::logLevelName(levels.of[i]))}});
    }
    return {{u"items"_s, items}};
}

/// With a single word that is no component, the word is a level for all or a text such as "info,http=debug".
Task<QJsonObject> logLevel(QJsonObject values, RequestContext)
{
    ctl::Arguments arguments(values);
    CO_TRY(const QString category, arguments.optionalText(u"category"_s));
    CO_TRY(const QString level, arguments.optionalText(u"level"_s));
    CO_TRY_VOID(arguments.finish());
    const auto component = telemetry::findComponent(category);
    if (level.isEmpty() && (component || category.isEmpty()))
        co_return logLevels(component);
    const QString change = level.isEmpty() ? category : category.isEmpty() ? level : category + u'=' + level;
    CO_TRY(const telemetry::LogLevels levels, telemetry::parseLogLevels(change, telemetry::logLevels()));
    telemetry::setLogLevels(levels);
    co_return logLevels(component);
}

QJsonObject status(const inference::Dispatcher &dispatcher, const StackSockets &sockets)
{
    const inference::SchedulerStats stats = dispatcher.stats();
    QJsonArray servers;
    for (const inference::ServerStats &server : stats.servers) {
        servers.append(QJsonObject{{u"name"_s, server.name.value()},
                                   {u"reachable"_s, server.isReachable},
                                   {u"enabled"_s, server.isEnabled},
                                   {u"in_flight"_s, server.inFlight},
                                   {u"served"_s, qint64(server.served)},
                                   {u"faults"_s, qint64(server.faults)}});
    }
    return {{u"version"_s, QStringLiteral(MOE_VERSION)},
            {u"api"_s, sockets.api.port},
            {u"mcp"_s, sockets.mcp.port},
            {u"control"_s, sockets.control.port},
            {u"in_flight"_s, stats.inFlight},
            {u"waiting"_s, stats.waiting},
            {u"servers"_s, servers}};
}

Task<QJsonObject> statusCommand(const inference::Dispatcher *dispatcher, StackSockets sockets, QJsonObject values,
                                RequestContext)
{
    ctl::Arguments arguments(values);
    CO_TRY_VOID(arguments.finish());
    co_return status(*dispatcher, sockets);
}

}

void registerLocalCommands(ctl::CommandTable &table, const inference::Dispatcher &dispatcher,
                           const StackSockets &sockets)
{
    table.registerCommand(u"log.level"_s, &logLevel);
    table.registerCommand(u"status"_s, [dispatcher = &dispatcher, sockets](QJsonObject values, RequestContext context) {
        return statusCommand(dispatcher, sockets, std::move(values), std::move(context));
    });
}

}
