// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/catalogue.h"
#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/mcp/client/remoteservers.h"
#include "daemon/tools/mcp/sessions.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::app {

/// The tools, and the protocol by which other programs find them. Shared by all threads.
class ToolStack
{
public:
    /// What is given outlives it. The scope is the main thread's: what keeps other servers connected is joined there.
    ToolStack(law::LawIndex &laws, const QByteArray &caFile, const Clock &clock, TaskScope &scope);

    [[nodiscard]] tools::Catalogue &catalogue() { return m_catalogue; }
    [[nodiscard]] const tools::mcp::Server &server() const { return m_server; }
    [[nodiscard]] tools::mcp::Sessions &sessions() { return m_sessions; }

    /// Offers the tools of these servers too, from now on; main thread. `document` and `commands` are as
    /// tools/mcp/client/remoteconfig.h has them; who listens at `ownPort` of this machine is left out: that is
    /// ourselves.
    void useServers(const QByteArray &document, const QByteArray &commands, quint16 ownPort);
    /// Main thread.
    [[nodiscard]] QList<tools::mcp::RemoteState> serverStates() const { return m_remote.states(); }

private:
    void offer(tools::ToolList further);

    tools::WorkerPool m_workers;
    tools::Catalogue m_catalogue;
    tools::mcp::Server m_server;
    tools::mcp::Sessions m_sessions;
    tools::mcp::RemoteServers m_remote;
};

}
