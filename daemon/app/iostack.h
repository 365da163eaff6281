// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/httpdoor.h"
#include "daemon/api/services.h"
#include "daemon/app/pipelineconfigs.h"
#include "daemon/http/httpserver.h"
#include "daemon/http/iothread.h"
#include "daemon/inference/curlloop.h"
#include "daemon/inference/nodeclient.h"

namespace moe::app {

/// What all I/O threads share, thread-safe, and outliving them.
struct SharedParts {
    accounts::KeyDirectory &keys;
    accounts::AccountDirectory &accounts;
    accounts::UsageJournal &journal;
    inference::Dispatcher &dispatcher;
    telemetry::Metrics &metrics;
    PipelineConfigs &pipelineConfigs;
    const Clock &clock;
    const std::atomic<bool> &isDraining;
    std::function<QList<api::HealthItem>()> health;
    std::shared_ptr<http::ConnectionGate> gate;
    std::shared_ptr<const http::TlsContext> tls;
    std::vector<std::pair<QHostAddress, int>> trustedProxies;
    std::function<QByteArray()> metricsToken; ///< may change
    const api::control::HttpDoor &control;
    accounts::AuditLog &audit;
    api::EventFeed &events;
    const tools::Catalogue &tools;
    const tools::mcp::Server &mcpServer;
    tools::mcp::Sessions &mcpSessions;
    api::Checks checks = api::Checks::All;
    QByteArray caFile; ///< of Options
};

/// The listening sockets of one I/O thread.
struct StackSockets {
    http::ListeningSocket api;
    http::ListeningSocket mcp;
    http::ListeningSocket control;
};

/// Everything that lives on one I/O thread: its servers, its way to the nodes, its orchestrator.
class IoStack final : public http::IoThread::Resident
{
public:
    /// Null, with the reason logged, if it cannot serve.
    [[nodiscard]] static std::unique_ptr<IoStack> create(const SharedParts &shared, const StackSockets &sockets);

    /// Lets running requests end until `deadline`.
    [[nodiscard]] QCoro::Task<> drain(Clock::Steady deadline);
    /// While draining: as if the deadline had come.
    void endDrain();

    [[nodiscard]] const api::ActiveRequests &activeRequests() const { return m_active; }

private:
    explicit IoStack(const SharedParts &shared);
    [[nodiscard]] bool listen(const StackSockets &sockets);
    /// How an API tells of errors.
    struct ErrorForms {
        std::function<http::HttpReply(const Error &, QByteArrayView)> reply;
        QByteArray (*refusal)(const http::Refusal &); ///< of the listener
    };
    [[nodiscard]] std::unique_ptr<http::HttpServer> serve(std::vector<http::Route> routes, ErrorForms errors,
                                                          const http::ListeningSocket &socket);
    [[nodiscard]] http::ServerHooks hooks() const;

    const SharedParts &m_shared;
    api::ActiveRequests m_active;
    inference::CurlLoop m_curl;
    inference::NodeClient m_models;
    std::unique_ptr<pipeline::Orchestrator> m_orchestrator;
    std::optional<api::Services> m_services;
    std::unique_ptr<http::HttpServer> m_api;
    std::unique_ptr<http::HttpServer> m_mcp;
    std::unique_ptr<http::HttpServer> m_control;
};

}
