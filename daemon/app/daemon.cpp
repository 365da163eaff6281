// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/daemon.h"

#include "daemon/app/liveconfig.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QHostInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::app {

namespace {

constexpr auto firstProbeTime = 1500ms; // a dead server must not hold up the start
constexpr int reservedDescriptors = 200; // files, listeners, probes

/// A connection of a client comes with one to a server.
int affordableConnections(int configured, int descriptors)
{
    const int most = std::max(1, (descriptors - reservedDescriptors) / 2);
    if (configured > most)
        MOE_LOG(App, Info, "", "Fewer connections than configured: the system allows too few open files",
                {"connections", most}, {"open_files", descriptors});
    return std::min(configured, most);
}

Task<control::Backup> backUp(AccountStack *accounts, RequestContext context)
{
    CO_TRY(const QString file, co_await accounts->backUp(std::move(context)));
    co_return control::Backup{file, QFileInfo(file).size()};
}

Task<QList<control::ActiveRequest>> activeRequests(std::vector<IoStack *> stacks,
                                                   const accounts::AccountDirectory *accounts)
{
    QList<control::ActiveRequest> all;
    for (const IoStack *const stack : stacks) {
        if (!stack) // its thread could not start
            continue;
        for (const api::ActiveRequest &request : co_await stack->activeRequests().list()) {
            all.append({request.id, request.principal.user, accounts->nameOf(request.principal.user),
                        request.principal.keyPrefix, request.model, request.mode, request.startedAt,
                        request.usage.promptTokens, request.usage.completionTokens, request.servers});
        }
    }
    std::ranges::sort(all, {}, &control::ActiveRequest::started);
    co_return all;
}

QCoro::Task<int> endRequests(std::vector<IoStack *> stacks, api::RequestSelection selection)
{
    int count = 0;
    for (const IoStack *const stack : stacks) {
        if (stack)
            count += co_await stack->activeRequests().end(selection);
    }
    co_return count;
}

}

Daemon::Daemon(Options options) : m_options(std::move(options)) { }

Daemon::~Daemon() = default;

Task<void> Daemon::start()
{
    m_maxConnections = affordableConnections(m_options.maxConnections, raiseDescriptorLimit());
    CO_TRY(m_lock, ctl::DataLock::take(m_options.dataDirectory));
    QFile::remove(file("ready.json"_L1));
    CO_TRY_VOID(openPorts());
    CO_TRY_VOID(co_await openAccounts());
    CO_TRY_VOID(openCluster());
    CO_TRY(m_law, LawStack::open(m_options.dataDirectory, m_options.caFile, m_clock, m_scope));
    m_tools = std::make_unique<ToolStack>(m_law->index(), m_options.caFile, m_clock, m_scope);
    followToolServers();
    openControl();
    // Whoever has not answered by then is asked again later.
    (void)co_await withTimeout<void>(RequestContext(), firstProbeTime, {},
                                     [this](RequestContext probing) { return m_prober->firstRound(probing); });
    CO_TRY_VOID(startThreads());
    CO_TRY_VOID(listenLocally());
    CO_TRY_VOID(writeReadyFile());
    notifyServiceManager("READY=1");
    MOE_LOG(App, Info, "", "Serving", {"address", m_options.listen.toString()},
            {"api_port", m_sockets.front().api.port}, {"mcp_port", m_sockets.front().mcp.port},
            {"control_port", m_sockets.front().control.port}, {"io_threads", m_options.ioThreads});
    co_return {};
}

Result<void> Daemon::openPorts()
{
    const auto open = [this](quint16 port) {
        return http::ListeningSocket::openShared(m_options.listen, port, m_options.ioThreads);
    };
    TRY(const auto api, open(m_options.apiPort));
    TRY(const auto mcp, open(m_options.mcpPort));
    TRY(const auto control, open(m_options.controlPort));
    for (std::size_t i = 0; i < std::size_t(m_options.ioThreads); ++i)
        m_sockets.push_back({api[i], mcp[i], control[i]});
    return {};
}

Result<std::shared_ptr<const http::TlsContext>> Daemon::tlsContext() const
{
    if (!m_options.certificateFile.isEmpty())
        return http::TlsContext::fromFiles(m_options.certificateFile, m_options.keyFile);
    if (m_options.listen.isLoopback() || m_options.isInsecureHttpAllowed)
        return nullptr;
    const QString certificate = file("tls-certificate.pem"_L1);
    const QString key = file("tls-key.pem"_L1);
    if (!QFile::exists(certificate) || !QFile::exists(key))
        TRY_VOID(http::TlsContext::makeSelfSigned(
            certificate, key, {QHostInfo::localHostName(), u"localhost"_s, m_options.listen.toString()}));
    TRY(auto context, http::TlsContext::fromFiles(certificate, key));
    MOE_LOG(App, Info, "", "Serving with a self-signed certificate", {"file", certificate},
            {"sha256_fingerprint", context->fingerprint()});
    return context;
}

Task<void> Daemon::openAccounts()
{
    const auto isTool = [this](const QString &name) { return m_tools && m_tools->catalogue().find(name); };
    m_accounts = std::make_unique<AccountStack>(
        AccountStack::Parts{m_options, m_clock, settingChecks(m_options), resourceCheck(m_dispatcher, isTool)});
    CO_TRY_VOID(co_await m_accounts->open(RequestContext()));
    m_accounts->startTasks(m_scope);
    co_return {};
}

Result<void> Daemon::openCluster()
{
    const auto settings = m_accounts->settings->current();
    TRY(const auto servers, serversOf(*settings, m_options));
    TRY(m_pipelineConfigs, PipelineConfigs::create(m_dispatcher, catalogueOf(*settings), limitsOf(*settings)));
    m_prober = std::make_unique<inference::Prober>(m_clock, m_probeTransport, m_dispatcher);
    m_prober->setServers(servers);
    followSettings(*m_accounts->settings, m_options, *m_prober, *m_pipelineConfigs);
    return {};
}

void Daemon::followToolServers()
{
    const auto use = [this](const settings::Settings &now) {
        m_tools->useServers(now.value(settings::keys::mcpServers), m_options.mcpCommands, m_sockets.front().mcp.port);
    };
    use(*m_accounts->settings->current());
    m_accounts->settings->onChange(QString(settings::keys::mcpServers.name), use);
}

void Daemon::openControl()
{
    m_control = std::make_unique<ControlStack>(*m_accounts, m_dispatcher, system(), m_clock, m_scope);
    RequestContext background;
    background.stop = m_scope.token();
    m_scope.spawn(m_control->watchServers(background));
}

api::control::System Daemon::system()
{
    api::control::System system;
    system.status = [this] { return status(); };
    system.experts = [this] { return expertViews(m_pipelineConfigs->current()->catalogue); };
    system.activeRequests = [this](RequestContext) { return activeRequests(m_stacks, &m_accounts->accountDirectory); };
    system.endRequests = [this](api::RequestSelection selection) { return endRequests(m_stacks, selection); };
    system.backup = [this](RequestContext context) { return backUp(m_accounts.get(), std::move(context)); };
    system.serverDocument
        = [this] { return serverDocument(*m_accounts->settings->current(), m_options.ollamaHost).value_or("[]"); };
    system.lawSync = {[this](control::LawSyncStart start) { return startLawSync(std::move(start)); },
                      [this](RequestContext context) { return m_law->state(std::move(context)); }};
    return system;
}

Result<void> Daemon::startLawSync(control::LawSyncStart start)
{
    if (start.from.isEmpty())
        start.from = m_accounts->settings->current()->value(settings::keys::lawSource);
    return m_law->startSync(start);
}

control::Status Daemon::status() const
{
    const inference::SchedulerStats stats = m_dispatcher.stats();
    const StackSockets &sockets = m_sockets.front();
    control::Status status{QStringLiteral(MOE_VERSION),
                           sockets.api.port,
                           sockets.mcp.port,
                           sockets.control.port,
                           stats.inFlight,
                           stats.waiting,
                           {},
                           {}};
    for (const api::HealthItem &item : m_accounts->health())
        status.components.append({QString::fromUtf8(item.name), item.isOk, QString::fromUtf8(item.detail)});
    for (const tools::mcp::RemoteState &server : m_tools->serverStates()) {
        status.components.append(
            {u"tools of "_s + server.name, server.isUp, server.isUp ? u"%1 tools"_s.arg(server.tools) : u"away"_s});
    }
    for (const inference::ServerStats &server : stats.servers) {
        status.servers.append({server.name.value(), server.isReachable, server.isEnabled, server.inFlight,
                               qint64(server.served), qint64(server.faults)});
    }
    return status;
}

Result<void> Daemon::startThreads()
{
    TRY(const auto tls, tlsContext());
    m_shared.reset(new SharedParts{
        .keys = m_accounts->keyDirectory,
        .accounts = m_accounts->accountDirectory,
        .journal = *m_accounts->journal,
        .dispatcher = m_dispatcher,
        .metrics = m_metrics,
        .pipelineConfigs = *m_pipelineConfigs,
        .clock = m_clock,
        .isDraining = m_isDraining,
        .health = [this] { return m_accounts->health(); },
        .gate = std::make_shared<http::ConnectionGate>(m_maxConnections, m_options.maxConnectionsPerAddress),
        .tls = tls,
        .trustedProxies = m_options.trustedProxies,
        .metricsToken
        = [settings
           = m_accounts->settings.get()] { return settings->current()->value(settings::keys::metricsToken).toUtf8(); },
        .control = m_control->door(),
        .audit = *m_accounts->auditLog,
        .events = m_control->events(),
        .tools = m_tools->catalogue(),
        .mcpServer = m_tools->server(),
        .mcpSessions = m_tools->sessions(),
        .checks = m_options.checks,
        .caFile = m_options.caFile,
    });
    m_memoryReturn = std::make_unique<MemoryReturn>(m_shared->gate);
    m_stacks.resize(m_sockets.size(), nullptr);
    for (std::size_t i = 0; i < m_sockets.size(); ++i) {
        m_threads.push_back(std::make_unique<http::IoThread>(u"io-%1"_s.arg(i),
                                                             [this, i]() -> std::unique_ptr<http::IoThread::Resident> {
                                                                 auto stack = IoStack::create(*m_shared, m_sockets[i]);
                                                                 m_stacks[i] = stack.get();
                                                                 return stack;
                                                             }));
        if (!m_threads.back()->start())
            return failure(Error::of(ErrorCode::Unavailable, u"An I/O thread could not start; the log says why."_s));
    }
    return {};
}

Result<void> Daemon::listenLocally()
{
    m_localServer = std::make_unique<ctl::LocalServer>([this](control::Request request, RequestContext context) {
        return m_control->handleLocal(std::move(request), std::move(context));
    });
    return m_localServer->listen(m_options.dataDirectory);
}

Result<void> Daemon::writeReadyFile() const
{
    const StackSockets &sockets = m_sockets.front();
    const QByteArray text = R"({"api":)" + QByteArray::number(sockets.api.port) + R"(,"mcp":)"
        + QByteArray::number(sockets.mcp.port) + R"(,"control":)" + QByteArray::number(sockets.control.port)
        + R"(,"pid":)" + QByteArray::number(QCoreApplication::applicationPid()) + "}\n";
    QSaveFile ready(file("ready.json"_L1));
    if (!ready.open(QIODevice::WriteOnly) || ready.write(text) != text.size() || !ready.commit())
        return failure(Error::of(ErrorCode::Unavailable,
                                 u"The file %1 cannot be written: %2"_s.arg(ready.fileName(), ready.errorString())));
    return {};
}

void Daemon::stopSooner()
{
    for (std::size_t i = 0; i < m_threads.size(); ++i) {
        if (m_stacks[i])
            m_threads[i]->post([stack = m_stacks[i]] { stack->endDrain(); });
    }
}

QCoro::Task<> Daemon::stop()
{
    notifyServiceManager("STOPPING=1");
    m_isDraining = true;
    if (m_lock)
        QFile::remove(file("ready.json"_L1));
    if (m_tools)
        m_tools->sessions().shutDown();
    const auto deadline = m_clock.steady() + m_options.drainTime;
    std::vector<Completion<bool>> drained;
    for (std::size_t i = 0; i < m_threads.size(); ++i) {
        if (!m_stacks[i])
            continue;
        drained.emplace_back();
        m_threads[i]->post([stack = m_stacks[i], deadline, done = drained.back(), mailbox = Mailbox::current()] {
            stack->drain(deadline).then([done, mailbox] { mailbox->post([done] { done.complete(true); }); });
        });
    }
    for (const Completion<bool> &done : drained)
        co_await done;
    if (m_localServer)
        co_await m_localServer->close();
    m_threads.clear();
    m_stacks.clear();
    if (m_prober)
        co_await m_prober->stop();
    m_scope.requestStop();
    co_await m_scope.join();
    if (m_accounts)
        m_accounts->close();
    MOE_LOG(App, Info, "", "Stopped");
}

}
