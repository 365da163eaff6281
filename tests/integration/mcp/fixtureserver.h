// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/mcp.h"
#include "daemon/http/httpserver.h"

namespace moe::test {

/// The suite's server on a free port of this thread: the daemon's own protocol and transport, other tools, no keys.
class FixtureServer
{
public:
    FixtureServer();
    FixtureServer(const FixtureServer &) = delete;
    FixtureServer &operator=(const FixtureServer &) = delete;
    ~FixtureServer();

    [[nodiscard]] quint16 port() const { return m_port; }

private:
    [[nodiscard]] std::vector<http::Route> routes();

    SystemClock m_clock;
    tools::mcp::Server m_mcp;
    tools::mcp::Sessions m_sessions{m_clock};
    std::unique_ptr<http::HttpServer> m_server;
    quint16 m_port = 0;
};

}
