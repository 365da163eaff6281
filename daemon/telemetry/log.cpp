// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logtarget.h"

#include <cstdio>

namespace moe::telemetry {

namespace {
// Process-wide, as stderr is.
constinit std::mutex targetMutex;
constinit std::shared_ptr<LogTarget> target; // guarded by targetMutex

constinit std::atomic<bool> hasTap = false; // so that nobody takes the lock in vain
constinit std::mutex tapMutex;
constinit std::shared_ptr<const LogTap> tap; // guarded by tapMutex

void tellTap(const LogRecord &record)
{
    if (!hasTap.load(std::memory_order_relaxed))
        return;
    std::shared_ptr<const LogTap> told;
    {
        const std::lock_guard lock(tapMutex);
        told = tap;
    }
    if (told && told->isWanted())
        told->tell(encodeLog(record, LogFormat::Json).trimmed());
}

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
    tellTap(record);
    if (to) {
        to->queue.push(encodeLog(record, to->format));
        return;
    }
    const QByteArray line = encodeLog(record, LogFormat::Text);
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

void setLogTap(LogTap newTap)
{
    const std::lock_guard lock(tapMutex);
    tap = newTap.tell ? std::make_shared<const LogTap>(std::move(newTap)) : nullptr;
    hasTap.store(tap != nullptr, std::memory_order_relaxed);
}

quint64 droppedLogLines()
{
    const auto from = currentLogTarget();
    return from ? from->queue.dropped() : 0;
}

}
