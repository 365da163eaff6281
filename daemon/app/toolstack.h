// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/catalogue.h"
#include "daemon/tools/mcp/sessions.h"

namespace moe::app {

/// The tools, and the protocol by which other programs find them. Shared by all threads.
class ToolStack
{
public:
    /// The clock outlives it.
    explicit ToolStack(const Clock &clock);

    [[nodiscard]] tools::Catalogue &catalogue() { return m_catalogue; }
    [[nodiscard]] const tools::mcp::Server &server() const { return m_server; }
    [[nodiscard]] tools::mcp::Sessions &sessions() { return m_sessions; }

private:
    tools::Catalogue m_catalogue;
    tools::mcp::Server m_server;
    tools::mcp::Sessions m_sessions;
};

}
