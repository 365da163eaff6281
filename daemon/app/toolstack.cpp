// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/toolstack.h"

#include "daemon/telemetry/log.h"
#include "daemon/tools/calculate.h"
#include "daemon/tools/calendar.h"
#include "daemon/tools/factorize.h"
#include "daemon/tools/law/lawtools.h"
#include "daemon/tools/mcp/toolbox.h"
#include "daemon/tools/outsourced.h"
#include "daemon/tools/solve.h"
#include "daemon/tools/timezones.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

tools::mcp::ServerInfo serverInfo()
{
    return {u"sovereign-moe"_s, u"Sovereign MoE precision tools"_s, QStringLiteral(MOE_VERSION),
            u"Exact answers where a guess is not good enough: arithmetic, dates, units, statistics, hashes, networks "
            "and the like. Prefer these tools to working such things out yourself."_s};
}

/// The program lies beside this one, or where packages put what nobody starts by hand.
tools::WorkerCommand workerCommand()
{
    const QDir folder(QCoreApplication::applicationDirPath());
    const QString installed = folder.absoluteFilePath(u"../libexec/sovereign-moe/moe-tool-worker"_s);
    const QString beside = folder.absoluteFilePath(u"moe-tool-worker"_s);
    return {QFile::encodeName(QFile::exists(installed) ? installed : beside), {}};
}

/// We would find our own tools again, and again.
bool isOwn(const tools::mcp::RemoteConfig &server, quint16 port)
{
    return tools::mcp::isOnThisMachine(server.url) && server.url.port() == port;
}

tools::ToolList builtInTools(tools::WorkerPool &workers, law::LawIndex &laws)
{
    tools::ToolList all;
    for (const tools::ToolList &family :
         {tools::calculateTools(workers), tools::solveTools(workers), tools::factorizeTools(workers),
          tools::outsourced(tools::heavyTools(), workers), tools::calendarTools(), tools::timezoneTools(),
          law::lawTools(laws)})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

}

ToolStack::ToolStack(law::LawIndex &laws, const QByteArray &caFile, const Clock &clock, TaskScope &scope)
    : m_workers({.command = workerCommand()})
    , m_catalogue(builtInTools(m_workers, laws), clock)
    , m_server(serverInfo())
    , m_sessions(clock)
    , m_remote([this](tools::ToolList further) { offer(std::move(further)); }, scope,
               tools::mcp::RemoteServers::links(caFile))
{
    tools::mcp::addTools(m_server);
    m_server.addCapability("tools", R"({"listChanged":true})");
    RequestContext whileThereIsTime;
    whileThereIsTime.stop = scope.token();
    scope.spawn(m_sessions.keepTidy(std::move(whileThereIsTime)));
}

void ToolStack::offer(tools::ToolList further)
{
    if (const qsizetype left = m_catalogue.setFurther(std::move(further)); left > 0)
        MOE_LOG(App, Warning, "", "Other servers have more tools than can be offered", {"left_out", left});
    m_sessions.tellAll(tools::mcp::notificationText("notifications/tools/list_changed", "{}"));
}

void ToolStack::useServers(const QByteArray &document, const QByteArray &commands, quint16 ownPort)
{
    const auto allowed = tools::mcp::parseAllowedCommands(commands);
    auto configs = tools::mcp::readRemoteServers(document, allowed.value_or(tools::mcp::AllowedCommands()));
    if (!configs) { // checked before it was stored
        MOE_LOG(App, Error, "", "The tool servers cannot be used", {"error", configs.error().message});
        return;
    }
    for (const Error &fault : std::as_const(configs->faults)) // the commands and our rules may be others since
        MOE_LOG(App, Error, "", "A tool server cannot be used", {"error", fault.message});
    configs->servers.removeIf([ownPort](const tools::mcp::RemoteConfig &server) { return isOwn(server, ownPort); });
    m_remote.setServers(configs->servers);
}

}
