// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remoteservers.h"

#include "daemon/tools/mcp/client/httplink.h"
#include "daemon/tools/mcp/client/stdiolink.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr std::size_t mostToolsInAll = 1000;

}

RemoteServers::MakeLink RemoteServers::links(const QByteArray &caFile)
{
    return [caFile](const RemoteConfig &config) -> Result<std::shared_ptr<Link>> {
        if (config.command.isEmpty())
            return httpLink(config.url, config.token, caFile);
        return startStdioLink(config);
    };
}

RemoteServers::RemoteServers(Publish publish, TaskScope &scope, MakeLink makeLink, RemoteTimes times)
    : m_publish(std::move(publish))
    , m_scope(scope)
    , m_loop(scope)
    , m_makeLink(std::move(makeLink))
    , m_times(times)
{ }

RemoteServers::~RemoteServers()
{
    for (const auto &server : m_servers)
        server->stop();
}

void RemoteServers::setServers(const QList<RemoteConfig> &configs)
{
    auto former = std::exchange(m_servers, {});
    for (const RemoteConfig &config : configs) {
        if (!config.isEnabled)
            continue;
        const auto found = std::ranges::find_if(
            former, [&config](const auto &server) { return server && server->config() == config; });
        m_servers.push_back(found == former.end() ? begin(config) : std::exchange(*found, nullptr));
    }
    for (const auto &server : former) {
        if (server)
            server->stop();
    }
    publish();
}

std::shared_ptr<RemoteServer> RemoteServers::begin(const RemoteConfig &config)
{
    auto server = std::make_shared<RemoteServer>(
        config,
        RemoteServer::Parts{[this, config] { return m_makeLink(config); }, m_times, m_loop, [this] { publish(); }});
    RequestContext context;
    context.stop = m_scope.token();
    m_scope.spawn(server->run(std::move(context)));
    return server;
}

void RemoteServers::publish()
{
    ToolList all;
    for (const auto &server : m_servers) {
        const ToolList &tools = server->tools();
        const std::size_t room = mostToolsInAll - all.size();
        all.insert(all.end(), tools.begin(), tools.begin() + std::ptrdiff_t(std::min(room, tools.size())));
    }
    m_publish(std::move(all));
}

QList<RemoteState> RemoteServers::states() const
{
    QList<RemoteState> states;
    for (const auto &server : m_servers)
        states.append({server->config().name, server->isUp(), qsizetype(server->tools().size())});
    return states;
}

}
