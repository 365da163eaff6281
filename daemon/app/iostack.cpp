// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/iostack.h"

#include "daemon/api/routes.h"
#include "daemon/api/toolerrors.h"
#include "daemon/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

/// Counts and logs a finished request.
void observe(telemetry::Metrics &metrics, const http::Exchange &exchange, const http::RequestRecord &record)
{
    constexpr int clientGone = 499;
    const int status = record.isCancelled && record.status == 0 ? clientGone : record.status;
    const auto route = record.metricsId < 0 ? telemetry::Route::Other : telemetry::Route(record.metricsId);
    metrics.requestEnded(route, status, std::chrono::duration_cast<std::chrono::microseconds>(record.duration));
    metrics.bytes.add(telemetry::Direction::Received, quint64(record.bytesIn));
    metrics.bytes.add(telemetry::Direction::Sent, quint64(record.bytesOut));
    MOE_LOG(Http, Debug, exchange.requestId(), "Request", {"path", QString::fromLatin1(exchange.request().path)},
            {"status", status}, {"ms", record.duration.count() / 1'000'000}, {"bytes", record.bytesOut});
}

/// Counts a finished call to a server.
void observeCall(telemetry::Metrics &metrics, const inference::CallInfo &call, std::optional<ErrorCode> failed,
                 const Usage &usage)
{
    const auto server = metrics.servers.server(call.server);
    server->calls.add(failed ? telemetry::upstreamOutcome(*failed) : telemetry::UpstreamOutcome::Ok);
    if (call.timeToFirstByte.count() > 0)
        server->timeToFirstByte.observe(call.timeToFirstByte);
    if (call.queueWait.count() > 0)
        metrics.queueWait.observe(call.queueWait);
    metrics.tokens.add(telemetry::TokenKind::Prompt, usage.promptTokens);
    metrics.tokens.add(telemetry::TokenKind::Completion, usage.completionTokens);
}

}

IoStack::IoStack(const SharedParts &shared)
    : m_shared(shared)
    , m_curl(shared.caFile)
    , m_models(shared.dispatcher, m_curl,
               [&metrics = shared.metrics](const inference::CallInfo &call, std::optional<ErrorCode> failed,
                                           const Usage &usage) { observeCall(metrics, call, failed, usage); })
{ }

std::unique_ptr<IoStack> IoStack::create(const SharedParts &shared, const StackSockets &sockets)
{
    std::unique_ptr<IoStack> stack(new IoStack(shared));
    auto orchestrator = pipeline::Orchestrator::create({
        .client = &stack->m_models,
        .clock = &shared.clock,
        .config = [&shared] { return shared.pipelineConfigs.current(); },
        .modelReady = [&shared](const experts::ModelRef &model) { return shared.pipelineConfigs.modelReady(model); },
        .stateSink = nullptr,
    });
    if (!orchestrator) {
        MOE_LOG(App, Error, "", "The pipeline is not sound", {"error", orchestrator.error().message});
        return nullptr;
    }
    stack->m_orchestrator = *std::move(orchestrator);
    stack->m_services.emplace(api::Services{
        shared.keys, shared.accounts, shared.journal, shared.dispatcher, shared.metrics, shared.isDraining,
        shared.clock, stack->m_models, *stack->m_orchestrator, stack->m_active, shared.audit, shared.events,
        shared.tools, shared.mcpServer, shared.mcpSessions, shared.health, shared.checks});
    if (!stack->listen(sockets))
        return nullptr;
    return stack;
}

bool IoStack::listen(const StackSockets &sockets)
{
    const ErrorForms ofClients{&api::errorReply, &api::refusalAnswer};
    m_api = serve(api::clientRoutes(*m_services), ofClients, sockets.api);
    m_mcp = serve(api::toolRoutes(*m_services), {&api::toolErrorReply, &api::toolRefusalAnswer}, sockets.mcp);
    std::vector<http::Route> control = api::controlRoutes(*m_services, m_shared.metricsToken);
    std::ranges::move(api::control::controlApiRoutes(m_shared.control), std::back_inserter(control));
    m_control
        = serve(std::move(control), {&api::control::problemHttpReply, &api::control::problemRefusal}, sockets.control);
    return m_api && m_mcp && m_control;
}

std::unique_ptr<http::HttpServer> IoStack::serve(std::vector<http::Route> routes, ErrorForms errors,
                                                 const http::ListeningSocket &socket)
{
    auto listener
        = std::make_unique<http::Listener>(http::ConnectionLimits(), m_shared.gate, m_shared.tls, errors.refusal);
    http::ServerHooks answers = hooks();
    answers.formatError = std::move(errors.reply);
    auto server = std::make_unique<http::HttpServer>(std::move(routes), std::move(answers));
    if (!listener->start(socket) || !server->attach(std::move(listener))) {
        MOE_LOG(App, Error, "", "A port cannot be served", {"port", socket.port});
        return nullptr;
    }
    return server;
}

http::ServerHooks IoStack::hooks() const
{
    http::ServerHooks hooks;
    hooks.observe = [&metrics = m_shared.metrics](const http::Exchange &exchange, const http::RequestRecord &record) {
        observe(metrics, exchange, record);
    };
    hooks.trustedProxies = m_shared.trustedProxies;
    return hooks;
}

QCoro::Task<> IoStack::drain(Clock::Steady deadline)
{
    // All stop accepting at once; the control port answers questions until the others are done.
    auto api = m_api->drain(deadline);
    auto mcp = m_mcp->drain(deadline);
    co_await api;
    co_await mcp;
    co_await m_control->drain(std::chrono::steady_clock::now());
}

void IoStack::endDrain()
{
    m_api->endDrain();
    m_mcp->endDrain();
}

}
