// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/run.h"

#include "daemon/app/daemon.h"
#include "daemon/app/liveconfig.h"
#include "daemon/http/epolldispatcher.h"
#include "daemon/http/tls.h"
#include "daemon/storage/postgres/postgresdatabase.h"
#include "daemon/telemetry/crashflush.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logoutput.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSslSocket>
#include <QStringBuilder>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

int complain(const Error &error, int status)
{
    std::fprintf(stderr, "moed: %s\n", qUtf8Printable(error.message));
    return status;
}

Result<telemetry::LogFormat> configureLogging(const Options &options)
{
    if (!options.logLevel.isEmpty()) {
        TRY(const telemetry::LogLevels levels, telemetry::parseLogLevels(options.logLevel));
        telemetry::setLogLevels(levels);
    }
    return telemetry::parseLogFormat(options.logFormat.isEmpty() ? u"auto"_s : options.logFormat);
}

Result<void> checkNames(const QStringList &unknown)
{
    if (unknown.isEmpty())
        return {};
    return failure(
        Error::invalid(u"The daemon knows no variable %1: see --help for their names."_s.arg(unknown.join(" or "_L1))));
}

/// What can be known without starting: whether everything can be read.
Result<void> checkOptions(const ParsedOptions &parsed)
{
    const Options &options = parsed.options;
    TRY_VOID(checkNames(parsed.unknownVariables));
    TRY_VOID(configureLogging(options));
    if (!options.databaseUrl.isEmpty()) {
        if (const auto good = storage::checkPostgresAddress(options.databaseUrl); !good)
            return failure(Error::invalid(QString(u"MOE_DATABASE_URL: " % good.error().message)));
    }
    if (!options.certificateFile.isEmpty())
        TRY_VOID(http::TlsContext::fromFiles(options.certificateFile, options.keyFile));
    const settings::SettingChecks checks = settingChecks(options);
    TRY_VOID(checks.inferenceServers(options.inferenceServers));
    return checks.expertModels(options.expertModels);
}

/// TLS is OpenSSL's own here. Qt's would read every CA certificate of the system with the first connection; without it
/// every connection would have it complain.
void withoutTlsOfQt()
{
    QSslSocket::setActiveBackend(u"cert-only"_s);
    QLoggingCategory::setFilterRules(u"qt.network.ssl.warning=false"_s);
}

/// Starts the daemon, waits for `stopRequested`, stops it.
QCoro::Task<int> serve(Daemon *daemon, Completion<bool> stopRequested)
{
    const Result<void> started = co_await daemon->start();
    if (started)
        co_await stopRequested;
    co_await daemon->stop();
    if (!started) {
        MOE_LOG(App, Error, "", "The daemon cannot start", {"error", started.error().message});
        co_return complain(started.error(), 1);
    }
    co_return 0;
}

}

int run(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new http::EpollDispatcher);
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"moed"_s);
    withoutTlsOfQt();

    const auto parsed
        = parseOptions(QCoreApplication::arguments(), Variables(QProcessEnvironment::systemEnvironment()));
    if (!parsed)
        return complain(parsed.error(), 2);
    if (parsed->verdict == CommandLineVerdict::Check) {
        const Result<void> checked = checkOptions(*parsed);
        if (checked)
            std::puts("The configuration can be used.");
        return checked ? 0 : complain(checked.error(), 2);
    }
    if (parsed->verdict != CommandLineVerdict::Run) {
        std::fputs(parsed->verdict == CommandLineVerdict::ShowHelp ? qUtf8Printable(helpText())
                                                                   : "moed " MOE_VERSION "\n",
                   stdout);
        return 0;
    }
    const auto format = configureLogging(parsed->options);
    if (!format)
        return complain(format.error(), 2);

    const Completion<bool> stopRequested;
    Daemon *serving = nullptr;
    const TerminationSignals signals([stopRequested, &serving] {
        // The first lets requests end; whoever asks again does not want to wait for them.
        if (!stopRequested.complete(true) && serving)
            serving->stopSooner();
    });
    telemetry::LogOutput::Options logOptions;
    logOptions.format = *format;
    telemetry::LogOutput log(logOptions);
    const telemetry::CrashFlush crashFlush(log);

    for (const QString &name : parsed->unknownVariables)
        MOE_LOG(App, Warning, "", "There is no such variable; it has no effect", {"name", name});

    Daemon daemon(parsed->options);
    serving = &daemon;
    int status = 0;
    serve(&daemon, stopRequested).then([&status](int ended) {
        status = ended;
        QMetaObject::invokeMethod(QCoreApplication::instance(), &QCoreApplication::quit, Qt::QueuedConnection);
    });
    QCoreApplication::exec();
    return status;
}

}
