// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/options.h"

#include "daemon/tools/mcp/client/remoteconfig.h"
#include "shared/core/datadirectory.h"
#include "shared/wire/jsonscan.h"

#include <QCommandLineParser>
#include <QFile>
#include <QSslCertificate>
#include <QStringBuilder>
#include <QThread>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

/// An option of the command line that is a variable too: --api-port and MOE_API_PORT.
struct Named {
    QLatin1StringView option;
    QLatin1StringView variable;
    QLatin1StringView value; ///< empty: a switch
    QLatin1StringView help;
};

constexpr Named dataDir{"data-dir"_L1, "MOE_DATA_DIR"_L1, "DIR"_L1, "Where the daemon keeps its data."_L1};
constexpr Named config{"config"_L1, "MOE_CONFIG"_L1, "FILE"_L1, "File of NAME=VALUE lines for the variables below."_L1};
constexpr Named listenAddress{"listen"_L1, "MOE_LISTEN"_L1, "ADDR"_L1, "Address to listen on (127.0.0.1)."_L1};
constexpr Named apiPort{"api-port"_L1, "MOE_API_PORT"_L1, "N"_L1, "Client API (8002); 0 picks a free port."_L1};
constexpr Named mcpPort{"mcp-port"_L1, "MOE_MCP_PORT"_L1, "N"_L1, "Tool server (8003)."_L1};
constexpr Named controlPort{"control-port"_L1, "MOE_CONTROL_PORT"_L1, "N"_L1, "Control API and metrics (8088)."_L1};
constexpr Named ioThreads{"io-threads"_L1, "MOE_IO_THREADS"_L1, "N"_L1, "Event loops (one a core, at most 4)."_L1};
constexpr Named drainSeconds{"drain-seconds"_L1, "MOE_DRAIN_SECONDS"_L1, "N"_L1,
                             "Time for running requests when stopping (30)."_L1};
constexpr Named insecureHttp{"insecure-http"_L1, "MOE_INSECURE_HTTP"_L1, ""_L1,
                             "Allow unencrypted HTTP on other addresses than loopback."_L1};
constexpr Named tlsCertificate{"tls-certificate"_L1, "MOE_TLS_CERTIFICATE"_L1, "FILE"_L1, "Certificate chain, PEM."_L1};
constexpr Named tlsKey{"tls-key"_L1, "MOE_TLS_KEY"_L1, "FILE"_L1, "Private key, PEM."_L1};
constexpr Named caFile{"ca"_L1, "MOE_CA"_L1, "FILE"_L1,
                       "Authorities to trust where the daemon connects to, PEM (the system's)."_L1};
constexpr Named trustedProxies{"trusted-proxies"_L1, "MOE_TRUSTED_PROXIES"_L1, "LIST"_L1,
                               "Networks whose X-Forwarded-For is believed."_L1};
constexpr Named maxConnections{"max-connections"_L1, "MOE_MAX_CONNECTIONS"_L1, "N"_L1,
                               "Open connections in all (20000)."_L1};
constexpr Named perAddress{"max-connections-per-address"_L1, "MOE_MAX_CONNECTIONS_PER_ADDRESS"_L1, "N"_L1,
                           "And from one address (2000)."_L1};
constexpr Named logLevel{"log-level"_L1, "LOG_LEVEL"_L1, "LEVELS"_L1, "INFO, or \"info,http=debug\"."_L1};
constexpr Named logFormat{"log-format"_L1, "MOE_LOG_FORMAT"_L1, "FORMAT"_L1, "auto, json, journal or text."_L1};

constexpr std::array all{dataDir,        config,         listenAddress, apiPort,        mcpPort,  controlPort,
                         ioThreads,      drainSeconds,   insecureHttp,  tlsCertificate, tlsKey,   caFile,
                         trustedProxies, maxConnections, perAddress,    logLevel,       logFormat};

/// Beside those of the options: what the daemon reads, and what others do who share its environment.
constexpr std::array furtherVariables{"MOE_API_KEY"_L1,       "MOE_BENCH_BARE"_L1, "MOE_DATABASE_URL"_L1,
                                      "MOE_HOST"_L1,          "MOE_LONG_TESTS"_L1, "MOE_MCP_COMMANDS"_L1,
                                      "MOE_METRICS_TOKEN"_L1, "MOE_TEST_SEED"_L1};

QStringList unknownVariables(const Variables &variables)
{
    QStringList names = variables.names();
    names.removeIf([](const QString &name) {
        return !name.startsWith("MOE_"_L1) || std::ranges::contains(all, name, &Named::variable)
            || std::ranges::contains(furtherVariables, name);
    });
    return names;
}

class Reader
{
public:
    Reader(const QCommandLineParser &parser, const Variables &variables) : m_parser(parser), m_variables(variables) { }

    [[nodiscard]] QString text(const Named &named, const QString &standard = {}) const
    {
        if (m_parser.isSet(named.option))
            return m_parser.value(named.option);
        return m_variables.value(named.variable, standard);
    }
    [[nodiscard]] Result<int> number(const Named &named, int standard, int least, int most) const
    {
        const QString value = text(named);
        if (value.isEmpty())
            return standard;
        bool isNumber = false;
        const int number = value.toInt(&isNumber);
        if (!isNumber || number < least || number > most)
            return failure(Error::invalid(
                u"--%1 (%2): expected a number from %3 to %4, not \"%5\"."_s.arg(named.option, named.variable)
                    .arg(least)
                    .arg(most)
                    .arg(value)));
        return number;
    }
    [[nodiscard]] bool isOn(const Named &named) const
    {
        if (m_parser.isSet(named.option))
            return true;
        const QString value = m_variables.value(named.variable);
        return value == "1"_L1 || value.compare("true"_L1, Qt::CaseInsensitive) == 0
            || value.compare("yes"_L1, Qt::CaseInsensitive) == 0;
    }

private:
    const QCommandLineParser &m_parser;
    const Variables &m_variables;
};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"The Sovereign MoE daemon: one private endpoint for the models of your own machines."_s);
    parser.addOption(QCommandLineOption({u"h"_s, u"help"_s}, u"Shows this text."_s));
    parser.addOption(QCommandLineOption({u"v"_s, u"version"_s}, u"Shows the version."_s));
    parser.addOption(
        QCommandLineOption(u"check"_s, u"Says whether options and configuration can be used, and ends."_s));
    for (const Named &named : all)
        parser.addOption(QCommandLineOption(named.option, u"%1 [%2]"_s.arg(named.help, named.variable), named.value));
}

Result<std::vector<std::pair<QHostAddress, int>>> networks(const QString &list)
{
    std::vector<std::pair<QHostAddress, int>> result;
    for (const QString &item : list.split(u',', Qt::SkipEmptyParts)) {
        const auto network = QHostAddress::parseSubnet(item.trimmed());
        if (network.second < 0)
            return failure(
                Error::invalid(u"--trusted-proxies: \"%1\" is no address or network."_s.arg(item.trimmed())));
        result.push_back(network);
    }
    return result;
}

/// Refused at once rather than each server later.
Result<QByteArray> authorities(const QString &file)
{
    if (!file.isEmpty()
        && QSslCertificate::fromPath(file, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString).isEmpty())
        return failure(
            Error::invalid(u"--ca (MOE_CA): \"%1\" has no certificates (PEM) that can be read."_s.arg(file)));
    return QFile::encodeName(file);
}

Result<void> readNetwork(const Reader &reader, Options &options)
{
    const QString address = reader.text(listenAddress, u"127.0.0.1"_s);
    options.listen = address == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(address);
    if (options.listen.isNull())
        return failure(Error::invalid(u"--listen: \"%1\" is no IP address."_s.arg(address)));
    TRY(const int api, reader.number(apiPort, options.apiPort, 0, 65'535));
    TRY(const int mcp, reader.number(mcpPort, options.mcpPort, 0, 65'535));
    TRY(const int control, reader.number(controlPort, options.controlPort, 0, 65'535));
    options.apiPort = quint16(api);
    options.mcpPort = quint16(mcp);
    options.controlPort = quint16(control);
    options.isInsecureHttpAllowed = reader.isOn(insecureHttp);
    options.certificateFile = reader.text(tlsCertificate);
    options.keyFile = reader.text(tlsKey);
    if (options.certificateFile.isEmpty() != options.keyFile.isEmpty())
        return failure(Error::invalid(u"--tls-certificate and --tls-key belong together."_s));
    TRY(options.caFile, authorities(reader.text(caFile)));
    TRY(options.trustedProxies, networks(reader.text(trustedProxies)));
    TRY(options.maxConnections, reader.number(maxConnections, options.maxConnections, 1, 1'000'000));
    TRY(options.maxConnectionsPerAddress, reader.number(perAddress, options.maxConnectionsPerAddress, 1, 1'000'000));
    return {};
}

Result<void> readCluster(const Variables &variables, Options &options)
{
    options.inferenceServers = variables.value(u"INFERENCE_SERVERS"_s).toUtf8();
    options.clusterHardware = variables.value(u"CLUSTER_HARDWARE"_s).toUtf8();
    options.ollamaHost = variables.value(u"OLLAMA_HOST"_s);
    options.expertModels = variables.value(u"EXPERT_MODELS"_s).toUtf8();
    options.judgeModel = variables.value(u"JUDGE_MODEL"_s);
    options.judgeEndpoint = variables.value(u"JUDGE_ENDPOINT"_s);
    if (const QString limit = variables.value(u"MAX_EXPERT_OUTPUT_CHARS"_s); !limit.isEmpty()) {
        bool isNumber = false;
        options.expertOutput = limit.toLongLong(&isNumber);
        if (!isNumber || options.expertOutput < 100 || options.expertOutput > 1'000'000)
            return failure(Error::invalid(u"MAX_EXPERT_OUTPUT_CHARS: expected a number from 100 to 1000000."_s));
    }
    return {};
}

/// MCP_URL is the one other server that the user documents know.
Result<void> readToolServers(const Variables &variables, Options &options)
{
    options.mcpCommands = variables.value(u"MOE_MCP_COMMANDS"_s).toUtf8();
    if (const auto commands = tools::mcp::parseAllowedCommands(options.mcpCommands); !commands)
        return failure(Error::invalid(QString(u"MOE_MCP_COMMANDS: "_s % commands.error().message)));
    const QByteArray url = variables.value(u"MCP_URL"_s).toUtf8();
    if (url.isEmpty())
        return {};
    options.mcpServers = R"([{"name":"mcp","url":)" + json::quoted(url) + "}]";
    if (const auto servers = tools::mcp::parseRemoteServers(options.mcpServers, {}); !servers)
        return failure(Error::invalid(u"MCP_URL: expected an address such as http://tools.example.org:8003/mcp."_s));
    return {};
}

Result<void> readChecks(const QString &bare, Options &options)
{
    if (bare.isEmpty() || bare == "0"_L1)
        return {};
    if (bare != "1"_L1 && bare != "keys"_L1)
        return failure(Error::invalid(u"MOE_BENCH_BARE: expected 1 or \"keys\"."_s));
    if (!options.listen.isLoopback())
        return failure(Error::invalid(u"MOE_BENCH_BARE switches checks off and is for benchmarks on loopback only."_s));
    options.checks = bare == "1"_L1 ? api::Checks::None : api::Checks::KeysOnly;
    return {};
}

}

QString helpText()
{
    QCommandLineParser parser;
    addOptions(parser);
    return parser.helpText();
}

Result<ParsedOptions> parseOptions(const QStringList &arguments, Variables variables)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(arguments))
        return failure(Error::invalid(parser.errorText()));
    if (parser.isSet(u"help"_s))
        return ParsedOptions{CommandLineVerdict::ShowHelp, {}};
    if (parser.isSet(u"version"_s))
        return ParsedOptions{CommandLineVerdict::ShowVersion, {}};
    if (const QStringList rest = parser.positionalArguments(); !rest.isEmpty())
        return failure(Error::invalid(u"Unexpected argument \"%1\"; see --help."_s.arg(rest.first())));

    const Reader reader(parser, variables);
    if (const QString file = reader.text(config); !file.isEmpty())
        TRY_VOID(variables.readFile(file));
    ParsedOptions parsed;
    parsed.verdict = parser.isSet(u"check"_s) ? CommandLineVerdict::Check : CommandLineVerdict::Run;
    Options &options = parsed.options;
    options.dataDirectory = reader.text(dataDir);
    if (options.dataDirectory.isEmpty())
        options.dataDirectory = defaultDataDirectory();
    TRY_VOID(readNetwork(reader, options));
    TRY_VOID(readCluster(variables, options));
    TRY_VOID(readToolServers(variables, options));
    TRY(options.ioThreads, reader.number(ioThreads, std::clamp(QThread::idealThreadCount(), 1, 4), 1, 64));
    TRY(const int drain, reader.number(drainSeconds, 30, 0, 3'600));
    options.drainTime = std::chrono::seconds(drain);
    options.databaseUrl = variables.value(u"MOE_DATABASE_URL"_s);
    options.metricsToken = variables.value(u"MOE_METRICS_TOKEN"_s).toUtf8();
    options.logLevel = reader.text(logLevel);
    options.logFormat = reader.text(logFormat);
    parsed.unknownVariables = unknownVariables(variables);
    TRY_VOID(readChecks(variables.value(u"MOE_BENCH_BARE"_s), options));
    return parsed;
}

}
