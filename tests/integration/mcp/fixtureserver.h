// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/mcp.h"
#include "daemon/http/httpserver.h"

namespace moe::test {

/// The suite's server on a free port of this thread: the daemon's own protocol and transport, other tools, one key.
class FixtureServer
{
public:
    struct Times {
        std::chrono::milliseconds request = std::chrono::minutes(10); ///< that one may take
        std::chrono::milliseconds checkEvery = std::chrono::seconds(15);
        const Clock *sessions = nullptr; ///< their clock; outlives the server
    };

    FixtureServer() : FixtureServer(Times()) { }
    explicit FixtureServer(Times times);
    FixtureServer(const FixtureServer &) = delete;
    FixtureServer &operator=(const FixtureServer &) = delete;
    ~FixtureServer();

    [[nodiscard]] quint16 port() const { return m_port; }
    /// What every request has to bring along: a header's value.
    [[nodiscard]] static QByteArray authorization() { return QByteArrayLiteral("Bearer moe-sk-of-the-suite"); }
    void revokeKey() { m_isKeyValid = false; }
    [[nodiscard]] tools::mcp::Sessions &sessions() { return m_sessions; }

private:
    [[nodiscard]] std::vector<http::Route> routes();
    [[nodiscard]] bool hasKey(const http::HttpRequest &request) const;

    const Times m_times;
    SystemClock m_clock;
    tools::mcp::Server m_mcp;
    tools::mcp::Sessions m_sessions;
    bool m_isKeyValid = true;
    std::unique_ptr<http::HttpServer> m_server;
    quint16 m_port = 0;
};

}
