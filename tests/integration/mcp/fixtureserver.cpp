// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtureserver.h"

#include "daemon/api/toolerrors.h"
#include "tests/integration/mcp/fixtures.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace moe::test {

namespace {

using http::Method;
using ExchangePtr = std::shared_ptr<http::Exchange>;
using McpHandler = Task<http::HttpReply> (*)(api::McpDoor, api::McpCaller, ExchangePtr, RequestContext);

Task<http::HttpReply> refuseKey()
{
    co_return failure(Error::of(ErrorCode::Unauthenticated, u"This is not the key."_s));
}

}

FixtureServer::FixtureServer(Times times)
    : m_times(times)
    , m_mcp({u"mcp-conformance-test-server"_s, {}, u"1.0.0"_s, {}})
    , m_sessions(m_times.sessions ? *m_times.sessions : m_clock)
{
    addTools(m_mcp);
    addLogging(m_mcp);
    addFixtures(m_mcp);
    http::ServerHooks hooks;
    hooks.formatError = &api::toolErrorReply;
    hooks.requestTime = m_times.request;
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

bool FixtureServer::hasKey(const http::HttpRequest &request) const
{
    return m_isKeyValid && request.header("authorization") == authorization();
}

std::vector<http::Route> FixtureServer::routes()
{
    const api::McpDoor door{&m_mcp, &m_sessions, &m_clock, m_times.checkEvery};
    const auto with = [this, door](McpHandler handler) {
        return [this, door, handler](ExchangePtr exchange, RequestContext context) {
            if (!hasKey(exchange->request()))
                return refuseKey();
            api::McpCaller caller{KeyId(1), std::make_shared<FixtureBox>(),
                                  [this, exchange] { return hasKey(exchange->request()); },
                                  [](int) { return Result<void>(); }};
            return handler(door, std::move(caller), std::move(exchange), std::move(context));
        };
    };
    return {{Method::Post, "/mcp", false, 0, with(&api::mcpPost)},
            {Method::Get, "/mcp", false, 0, with(&api::mcpListen), {}, true},
            {Method::Delete, "/mcp", false, 0, with(&api::mcpEnd)},
            {Method::Get, "/mcp/sse", false, 0, with(&api::mcpSse), {}, true},
            {Method::Post, "/mcp/sse", false, 0, with(&api::mcpSsePost)}};
}

}
