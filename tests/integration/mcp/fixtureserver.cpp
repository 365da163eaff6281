// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtureserver.h"

#include "daemon/api/toolerrors.h"
#include "tests/integration/mcp/fixtures.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace moe::test {

namespace {

using http::Method;
using McpHandler
    = Task<http::HttpReply> (*)(api::McpDoor, api::McpCaller, std::shared_ptr<http::Exchange>, RequestContext);

}

FixtureServer::FixtureServer() : m_mcp({u"mcp-conformance-test-server"_s, {}, u"1.0.0"_s, {}})
{
    addTools(m_mcp);
    addLogging(m_mcp);
    addFixtures(m_mcp);
    http::ServerHooks hooks;
    hooks.formatError = &api::toolErrorReply;
    m_server = std::make_unique<http::HttpServer>(routes(), hooks);
    constexpr int connections = 200;
    auto listener = std::make_unique<http::Listener>(http::ConnectionLimits(),
                                                     std::make_shared<http::ConnectionGate>(connections, connections),
                                                     nullptr, &api::toolRefusalAnswer);
    const auto sockets = http::ListeningSocket::openShared(QHostAddress::LocalHost, 0, 1);
    if (!sockets || !listener->start(sockets->front()) || !m_server->attach(std::move(listener)))
        qFatal("The suite's server cannot listen.");
    m_port = sockets->front().port;
}

FixtureServer::~FixtureServer()
{
    m_sessions.shutDown();
    const auto drained = m_server->drain(m_clock.steady());
    (void)QTest::qWaitFor([&drained] { return drained.isReady(); });
}

std::vector<http::Route> FixtureServer::routes()
{
    const api::McpDoor door{&m_mcp, &m_sessions, &m_clock};
    const auto with = [door](McpHandler handler) {
        return [door, handler](std::shared_ptr<http::Exchange> exchange, RequestContext context) {
            api::McpCaller caller{KeyId(1), std::make_shared<FixtureBox>(), [] { return true; }};
            return handler(door, std::move(caller), std::move(exchange), std::move(context));
        };
    };
    return {{Method::Post, "/mcp", false, 0, with(&api::mcpPost)},
            {Method::Get, "/mcp", false, 0, with(&api::mcpListen)},
            {Method::Delete, "/mcp", false, 0, with(&api::mcpEnd)},
            {Method::Get, "/mcp/sse", false, 0, with(&api::mcpSse)},
            {Method::Post, "/mcp/sse", false, 0, with(&api::mcpSsePost)}};
}

}
