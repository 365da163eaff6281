// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"
#include "daemon/telemetry/loglevel.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using types::ListOf;

namespace {

Task<Answer<types::Status>> status(const ControlServices *services, Call<Nothing, Nothing>, RequestContext)
{
    co_return Answer<types::Status>{services->system.status()};
}

ListOf<types::LogLevel> levelsInForce()
{
    const telemetry::LogLevels levels = telemetry::logLevels();
    ListOf<types::LogLevel> list;
    for (std::size_t i = 0; i < telemetry::componentCount; ++i) {
        list.items.append({QString(telemetry::componentName(telemetry::Component(i))),
                           QString(telemetry::logLevelName(levels.of[i]))});
    }
    return list;
}

Task<Answer<ListOf<types::LogLevel>>> levels(const ControlServices *, Call<Nothing, Nothing>, RequestContext)
{
    co_return Answer<ListOf<types::LogLevel>>{levelsInForce()};
}

Task<Answer<ListOf<types::LogLevel>>> changeLevels(const ControlServices *services,
                                                   Call<Nothing, types::LogLevelChange> call, RequestContext context)
{
    CO_TRY(const telemetry::LogLevels levels, telemetry::parseLogLevels(call.body.levels, telemetry::logLevels()));
    telemetry::setLogLevels(levels);
    co_await audit(services, call.caller, {u"log.change"_s, u"log"_s, {}, wire::write(call.body)}, context);
    co_return Answer<ListOf<types::LogLevel>>{levelsInForce()};
}

Task<Answer<types::Backup>> backUp(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(types::Backup backup, co_await services->system.backup(context));
    co_await audit(services, call.caller, {u"backup.create"_s, backup.file}, context);
    co_return Answer<types::Backup>{std::move(backup)};
}

}

void addSystemOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::readStatus, std::bind_front(&status, &services));
    table.add(types::listLogLevels, std::bind_front(&levels, &services));
    table.add(types::changeLogLevels, std::bind_front(&changeLevels, &services));
    table.add(types::createBackup, std::bind_front(&backUp, &services));
}

}
