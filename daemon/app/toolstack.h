// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/catalogue.h"
#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/mcp/sessions.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::app {

/// The tools, and the protocol by which other programs find them. Shared by all threads.
class ToolStack
{
public:
    /// What is given outlives it.
    ToolStack(law::LawIndex &laws, const Clock &clock);

    [[nodiscard]] tools::Catalogue &catalogue() { return m_catalogue; }
    [[nodiscard]] const tools::mcp::Server &server() const { return m_server; }
    [[nodiscard]] tools::mcp::Sessions &sessions() { return m_sessions; }

private:
    tools::WorkerPool m_workers;
    tools::Catalogue m_catalogue;
    tools::mcp::Server m_server;
    tools::mcp::Sessions m_sessions;
};

}
