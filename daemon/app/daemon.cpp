// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/daemon.h"

#include "daemon/app/localcommands.h"
#include "daemon/app/ollamahost.h"
#include "daemon/ctl/accountcommands.h"
#include "daemon/ctl/policycommands.h"
#include "daemon/inference/serverconfig.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"
#include "shared/wire/jsonscan.h"

#include <QCoreApplication>
#include <QFile>
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

/// With nothing configured, the Ollama that is usually there.
Result<QByteArray> discoveredServer(const QString &ollamaHost)
{
    TRY(const OllamaAddress address, parseOllamaHost(ollamaHost));
    if (!address.warning.isEmpty())
        MOE_LOG(App, Warning, "", "Configuration", {"note", address.warning});
    return R"([{"name":"local","url":)" + json::quoted(address.url) + R"(,"api_type":"ollama"}])";
}

/// How what requests use is written down.
api::HealthItem journalItem(const accounts::JournalState &journal, bool isWriterHealthy)
{
    QByteArrayList details;
    if (!journal.isOnDisk)
        details.append("there is no room on the disk for the usage journal: "
                       + QByteArray::number(qulonglong(journal.inMemory)) + " records are kept in memory");
    if (!isWriterHealthy)
        details.append("usage cannot be written to the database: " + QByteArray::number(journal.backlog)
                       + " records wait for it");
    const bool isOk = details.isEmpty();
    if (journal.lost > 0)
        details.append(QByteArray::number(journal.lost) + " records were lost since the start");
    return {"usage", isOk, details.join("; ")};
}

}

Daemon::Daemon(Options options) : m_options(std::move(options)) { }

Daemon::~Daemon() = default;

Task<void> Daemon::start()
{
    m_maxConnections = affordableConnections(m_options.maxConnections, raiseDescriptorLimit());
    CO_TRY(m_lock, DataLock::take(m_options.dataDirectory));
    QFile::remove(file("ready.json"_L1));
    CO_TRY_VOID(openPorts());
    CO_TRY_VOID(co_await openAccounts());
    CO_TRY_VOID(openCluster());
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
    storage::SqliteOptions sqlite;
    sqlite.path = file("moe.db"_L1);
    CO_TRY(m_database, storage::openSqlite(sqlite, m_clock));
    m_stores = std::make_unique<storage::SqlAccountStores>(*m_database);
    m_policies = std::make_unique<accounts::PolicyService>(accounts::PolicyService::Parts{
        m_stores->users, m_stores->grants, m_stores->limits, m_stores->snapshots, m_accountDirectory, m_keys, m_clock});
    m_accounts = std::make_unique<accounts::AccountService>(
        accounts::AccountService::Parts{m_stores->users, m_stores->keys, m_keys, m_accountDirectory, m_clock});
    CO_TRY_VOID(co_await openJournal());
    CO_TRY_VOID(co_await m_policies->load(RequestContext()));
    m_databaseWatch = std::make_unique<storage::DatabaseWatch>(*m_database, m_clock);
    RequestContext background;
    background.stop = m_scope.token();
    m_scope.spawn(m_accounts->keepLastUsedSaved(background));
    m_scope.spawn(m_usageWriter->run(background));
    m_scope.spawn(m_databaseWatch->run(background));
    co_return {};
}

/// What an earlier process left is counted before anybody's budget is read.
Task<void> Daemon::openJournal()
{
    accounts::JournalOptions options;
    options.folder = file("journal"_L1);
    CO_TRY(m_journal, accounts::UsageJournal::open(options));
    m_usageWriter = std::make_unique<accounts::UsageWriter>(*m_journal, m_stores->usageSink, m_clock);
    co_return co_await m_usageWriter->recover(RequestContext());
}

QList<api::HealthItem> Daemon::health() const
{
    const bool isUsable = m_databaseWatch->isUsable();
    return {{"database", isUsable, isUsable ? "" : "the database cannot be used; the log says why"},
            journalItem(m_journal->state(), m_usageWriter->isHealthy())};
}

Result<void> Daemon::openCluster()
{
    QByteArray servers = m_options.inferenceServers;
    if (servers.isEmpty()) {
        TRY(servers, discoveredServer(m_options.ollamaHost));
    }
    TRY(const inference::ClusterConfig cluster, inference::parseClusterConfig(servers, m_options.clusterHardware));
    for (const QString &note : cluster.notes)
        MOE_LOG(App, Warning, "", "Configuration", {"note", note});
    experts::CatalogueSettings settings;
    settings.expertModels = m_options.expertModels;
    settings.judgeModel = m_options.judgeModel;
    settings.judgeEndpoint = ServerId(m_options.judgeEndpoint);
    pipeline::PipelineLimits limits;
    limits.expertOutput = m_options.expertOutput;
    TRY(m_pipelineConfigs, PipelineConfigs::create(m_dispatcher, settings, limits));
    m_prober = std::make_unique<inference::Prober>(m_clock, m_probeTransport, m_dispatcher);
    m_prober->setServers(cluster.servers);
    return {};
}

Result<void> Daemon::startThreads()
{
    TRY(const auto tls, tlsContext());
    m_shared.reset(new SharedParts{
        .keys = m_keys,
        .accounts = m_accountDirectory,
        .journal = *m_journal,
        .dispatcher = m_dispatcher,
        .metrics = m_metrics,
        .pipelineConfigs = *m_pipelineConfigs,
        .clock = m_clock,
        .isDraining = m_isDraining,
        .health = [this] { return health(); },
        .gate = std::make_shared<http::ConnectionGate>(m_maxConnections, m_options.maxConnectionsPerAddress),
        .tls = tls,
        .trustedProxies = m_options.trustedProxies,
        .metricsToken = m_options.metricsToken,
        .checks = m_options.checks,
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
    ctl::registerAccountCommands(m_commands, *m_accounts);
    ctl::registerPolicyCommands(m_commands, *m_policies);
    registerLocalCommands(m_commands, m_dispatcher, m_sockets.front());
    m_localServer = std::make_unique<ctl::LocalServer>(m_commands);
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
    if (m_prober)
        co_await m_prober->stop();
    m_scope.requestStop();
    co_await m_scope.join();
    if (m_database)
        m_database->shutdown();
    MOE_LOG(App, Info, "", "Stopped");
}

}
