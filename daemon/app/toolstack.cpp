// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/toolstack.h"

#include "daemon/tools/mcp/toolbox.h"

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

tools::mcp::ServerInfo serverInfo()
{
    return {u"sovereign-moe"_s, u"Sovereign MoE precision tools"_s, QStringLiteral(MOE_VERSION),
            u"Exact answers where a guess is not good enough: arithmetic, dates, units, statistics, hashes, networks "
            "and the like. Prefer these tools to working such things out yourself."_s};
}

}

ToolStack::ToolStack(const Clock &clock)
    : m_catalogue(tools::ToolList(), clock)
    , m_server(serverInfo())
    , m_sessions(clock)
{
    tools::mcp::addTools(m_server);
}

}
