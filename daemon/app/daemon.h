// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/app/accountstack.h"
#include "daemon/app/controlstack.h"
#include "daemon/app/iostack.h"
#include "daemon/app/lawstack.h"
#include "daemon/app/memoryreturn.h"
#include "daemon/app/options.h"
#include "daemon/app/signals.h"
#include "daemon/app/toolstack.h"
#include "daemon/ctl/datalock.h"
#include "daemon/ctl/localserver.h"
#include "daemon/inference/probetransport.h"

namespace moe::app {

/// The daemon as a whole: makes all parts in order, knows what they need of each other, and takes them down in the
/// opposite order. Main thread.
class Daemon
{
public:
    explicit Daemon(Options options);
    Daemon(const Daemon &) = delete;
    Daemon &operator=(const Daemon &) = delete;
    ~Daemon();

    /// Ends when it serves; the error says why it cannot.
    [[nodiscard]] Task<void> start();
    /// Lets requests end, then stops everything.
    [[nodiscard]] QCoro::Task<> stop();
    /// While stopping: does not wait for requests any longer.
    void stopSooner();

private:
    [[nodiscard]] Result<void> openPorts();
    [[nodiscard]] Result<std::shared_ptr<const http::TlsContext>> tlsContext() const;
    [[nodiscard]] Task<void> openAccounts();
    [[nodiscard]] Result<void> openCluster();
    void followToolServers();
    void openControl();
    [[nodiscard]] api::control::System system();
    [[nodiscard]] Result<void> startLawSync(control::LawSyncStart start);
    [[nodiscard]] control::Status status() const;
    [[nodiscard]] Result<void> startThreads();
    [[nodiscard]] Result<void> listenLocally();
    [[nodiscard]] Result<void> writeReadyFile() const;
    [[nodiscard]] QString file(QLatin1StringView name) const { return m_options.dataDirectory + u'/' + name; }

    const Options m_options;
    int m_maxConnections = 0;
    const SystemClock m_clock;
    std::atomic<bool> m_isDraining = false;
    std::unique_ptr<ctl::DataLock> m_lock;
    telemetry::Metrics m_metrics;

    inference::Dispatcher m_dispatcher{m_clock};
    inference::CurlLoop m_probeLoop{m_options.caFile};
    inference::CurlProbeTransport m_probeTransport{m_probeLoop};
    std::unique_ptr<inference::Prober> m_prober;
    std::unique_ptr<AccountStack> m_accounts;
    std::unique_ptr<PipelineConfigs> m_pipelineConfigs;
    std::unique_ptr<LawStack> m_law;
    std::unique_ptr<ControlStack> m_control;
    std::unique_ptr<ToolStack> m_tools;

    std::vector<StackSockets> m_sockets;
    std::unique_ptr<SharedParts> m_shared;
    std::unique_ptr<MemoryReturn> m_memoryReturn;
    std::vector<IoStack *> m_stacks; // owned by their threads
    std::vector<std::unique_ptr<http::IoThread>> m_threads;

    std::unique_ptr<ctl::LocalServer> m_localServer;
    TaskScope m_scope;
};

}
