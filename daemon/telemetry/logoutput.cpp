// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/logoutput.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logsink.h"
#include "daemon/telemetry/logtarget.h"

#include <csignal>

using namespace Qt::StringLiterals;

namespace moe::telemetry {

namespace {

constexpr std::chrono::milliseconds fatalPatience(1'000);

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg: return LogLevel::Debug;
    case QtInfoMsg: return LogLevel::Info;
    case QtWarningMsg: return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg: return LogLevel::Error;
    }
    Q_UNREACHABLE_RETURN(LogLevel::Error);
}

/// Categories of ours are called "moe.http" and so on.
Component componentOf(QStringView category)
{
    if (!category.startsWith("moe."_L1))
        return Component::Qt;
    return findComponent(category.sliced(4)).value_or(Component::App);
}

void writeQtMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const QString category = QString::fromUtf8(context.category);
    const Component component = componentOf(category);
    if (isLogged(component, levelOf(type)))
        writeLog(component, levelOf(type), {}, message, {{"category", category}});
    if (type == QtFatalMsg) { // Qt aborts when this returns
        if (const auto target = currentLogTarget())
            target->queue.flush(fatalPatience);
    }
}

/// Signals belong to the threads that expect them; a closed pipe is an error, not the end.
void blockSignals()
{
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
        sigdelset(&blocked, fault);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

QByteArray droppedLine(const LogTarget &target, quint64 count)
{
    const LogField fields[] = {{"lines", count}};
    return encodeLog({target.clock->system(),
                      LogLevel::Warning,
                      Component::Telemetry,
                      "Log lines were dropped because the output did not keep up",
                      {},
                      fields},
                     target.format);
}

void writeLines(const std::stop_token &giveUp, const std::shared_ptr<LogTarget> &target,
                const std::unique_ptr<LogSink> &sink)
{
    blockSignals();
    for (bool isLast = false; !isLast;) {
        LogQueue::Batch batch = target->queue.take();
        isLast = batch.isLast;
        if (batch.dropped > 0)
            batch.lines.push_back(droppedLine(*target, batch.dropped));
        target->queue.addDropped(sink->write(batch.lines, giveUp));
        target->queue.written();
    }
}

}

LogOutput::LogOutput(Options options)
    : m_patience(options.patience)
    , m_target(new LogTarget{resolveLogFormat(options.format, options.descriptor),
                             options.clock ? options.clock : std::make_shared<SystemClock>(),
                             LogQueue(options.queueBytes)})
    , m_previousHandler(qInstallMessageHandler(&writeQtMessage))
    , m_writer(&writeLines, m_target,
               std::make_unique<LogSink>(m_target->format, options.descriptor, options.journalPath))
{
    setCurrentLogTarget(m_target);
}

LogOutput::~LogOutput()
{
    qInstallMessageHandler(m_previousHandler);
    setCurrentLogTarget(nullptr);
    m_target->queue.close();
    m_target->queue.flush(m_patience);
    m_writer.request_stop();
}

LogFormat LogOutput::format() const { return m_target->format; }

bool LogOutput::flush(std::chrono::milliseconds limit) { return m_target->queue.flush(limit); }

}
