// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/remoteserver.h"

namespace moe::tools::mcp {

/// How one of them is.
struct RemoteState {
    QString name;
    bool isUp = false;
    qsizetype tools = 0;
};

/// All other servers there are at the moment, each kept connected. Main thread.
class RemoteServers
{
public:
    using MakeLink = std::function<Result<std::shared_ptr<Link>>(const RemoteConfig &)>;

    /// Makes links to what is configured. `caFile`: as HttpClient has it.
    [[nodiscard]] static MakeLink links(const QByteArray &caFile = {});

    /// Is given what all of them offer, each time that this may have changed.
    using Publish = std::function<void(ToolList)>;

    /// The scope is the main thread's: what goes on is joined there, and ends with it.
    RemoteServers(Publish publish, TaskScope &scope, MakeLink makeLink, RemoteTimes times = {});
    RemoteServers(const RemoteServers &) = delete;
    RemoteServers &operator=(const RemoteServers &) = delete;
    ~RemoteServers();

    /// From now on these and no others. One that stays as it was goes on undisturbed.
    void setServers(const QList<RemoteConfig> &configs);
    /// Of those that are enabled, in their order.
    [[nodiscard]] QList<RemoteState> states() const;

private:
    [[nodiscard]] std::shared_ptr<RemoteServer> begin(const RemoteConfig &config);
    void publish();

    const Publish m_publish;
    TaskScope &m_scope;
    const LoopHandle m_loop;
    const MakeLink m_makeLink;
    const RemoteTimes m_times;
    std::vector<std::shared_ptr<RemoteServer>> m_servers;
};

}
