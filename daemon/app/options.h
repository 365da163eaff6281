// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/checks.h"
#include "daemon/app/variables.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QHostAddress>
#include <QStringList>

#include <chrono>
#include <utility>
#include <vector>

namespace moe::app {

/// Everything the daemon is told at start. Each value comes from the command line, else the environment, else the
/// configuration file, else its default.
struct Options {
    QString dataDirectory;
    QHostAddress listen = QHostAddress(QHostAddress::LocalHost);
    quint16 apiPort = 8002;
    quint16 mcpPort = 8003;
    quint16 controlPort = 8088;
    int ioThreads = 1;
    std::chrono::milliseconds drainTime{30'000};
    bool isInsecureHttpAllowed = false;
    QString certificateFile;                 ///< both or none; none off loopback: a self-signed one is made
    QString keyFile;
    std::vector<std::pair<QHostAddress, int>> trustedProxies;
    QByteArray caFile; ///< whom to believe that a server is who it says it is; empty: the system's authorities
    int maxConnections = 20'000;
    int maxConnectionsPerAddress = 2'000;
    QByteArray metricsToken;
    QString databaseUrl; ///< of PostgreSQL, with its password; empty: SQLite in the data directory
    QString logLevel;
    QString logFormat;
    api::Checks checks = api::Checks::All;   ///< less: MOE_BENCH_BARE, loopback only

    QByteArray inferenceServers;
    QByteArray clusterHardware;
    QString ollamaHost;
    QByteArray expertModels;
    QString judgeModel;
    QString judgeEndpoint;
    qsizetype expertOutput = 2'400;
    QByteArray mcpServers;  ///< as the setting tools.mcp_servers has them
    QByteArray mcpCommands; ///< what may be started as a tool server, as tools/mcp/client/remoteconfig.h has it
};

/// What the command line asks for instead of running.
enum class CommandLineVerdict { Run, Check, ShowHelp, ShowVersion };

struct ParsedOptions {
    CommandLineVerdict verdict = CommandLineVerdict::Run;
    Options options;
    QStringList unknownVariables = {}; ///< called MOE_… and misspelt, it seems: they have no effect
};

/// `arguments` with the program's name first. Errors name the option or variable at fault.
[[nodiscard]] Result<ParsedOptions> parseOptions(const QStringList &arguments, Variables variables);

/// The text of --help.
[[nodiscard]] QString helpText();

}
