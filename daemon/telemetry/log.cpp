// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logtarget.h"

#include <cstdio>

namespace moe::telemetry {

namespace {
// Process-wide, as stderr is.
constinit std::mutex targetMutex;
constinit std::shared_ptr<LogTarget> target; // guarded by targetMutex
}

std::shared_ptr<LogTarget> currentLogTarget()
{
    const std::lock_guard lock(targetMutex);
    return target;
}

void setCurrentLogTarget(std::shared_ptr<LogTarget> newTarget)
{
    const std::lock_guard lock(targetMutex);
    target.swap(newTarget);
}

void writeLog(Component component, LogLevel level, QAnyStringView requestId, QAnyStringView message,
              std::initializer_list<LogField> fields)
{
    const auto to = currentLogTarget();
    const LogRecord record{
        to ? to->clock->system() : std::chrono::system_clock::now(), level, component, message, requestId, fields};
    if (to) {
        to->queue.push(encodeLog(record, to->format));
        return;
    }
    const QByteArray line = encodeLog(record, LogFormat::Text);
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

quint64 droppedLogLines()
{
    const auto from = currentLogTarget();
    return from ? from->queue.dropped() : 0;
}

}
