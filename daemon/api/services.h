// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountdirectory.h"
#include "daemon/accounts/auditlog.h"
#include "daemon/accounts/keydirectory.h"
#include "daemon/accounts/usagejournal.h"
#include "daemon/api/activerequests.h"
#include "daemon/api/checks.h"
#include "daemon/api/eventfeed.h"
#include "daemon/inference/dispatcher.h"
#include "daemon/inference/modelclient.h"
#include "daemon/pipeline/orchestrator.h"
#include "daemon/telemetry/metrics.h"
#include "shared/core/clock.h"

#include <atomic>

namespace moe::tools {
class Catalogue;
namespace mcp {
class Server;
class Sessions;
}
}

namespace moe::api {

/// One thing the daemon depends on, as readiness shows it.
struct HealthItem {
    QByteArray name;
    bool isOk = true;
    QByteArray detail; ///< empty if it is well; no addresses
};

/// What API handlers work with. One per I/O thread; the parts named "shared" are the same on all threads and
/// thread-safe. Everything outlives the handlers.
struct Services {
    accounts::KeyDirectory &keys;          // shared
    accounts::AccountDirectory &accounts;  // shared
    accounts::UsageJournal &journal;       // shared
    inference::Dispatcher &dispatcher;     // shared
    telemetry::Metrics &metrics;           // shared
    const std::atomic<bool> &isDraining;   // shared
    const Clock &clock;
    inference::ModelClient &models;        // for Admission, which meters it
    const pipeline::Orchestrator &orchestrator;
    ActiveRequests &active;
    accounts::AuditLog &audit;             // shared
    EventFeed &events;                     // shared
    const tools::Catalogue &tools;         // shared
    const tools::mcp::Server &mcpServer;   // shared
    tools::mcp::Sessions &mcpSessions;     // shared
    /// Parts of the daemon that may be in trouble without stopping it (the database); from any thread.
    std::function<QList<HealthItem>()> health;
    Checks checks = Checks::All;
};

}
