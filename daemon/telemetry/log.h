// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/logencode.h"

#include <functional>
#include <initializer_list>

/// MOE_LOG(Http, Warning, context.requestId, "The body is too large", {"bytes", size}, {"limit", limit});
/// Writes one line; the request id may be empty. Where the level is off, this is one relaxed atomic load and the
/// arguments are not evaluated. From any thread; never waits for the output.
#define MOE_LOG(component, level, requestId, message, ...)                                                             \
    do {                                                                                                               \
        if (::moe::telemetry::isLogged(::moe::telemetry::Component::component, ::moe::telemetry::LogLevel::level))     \
            [[unlikely]]                                                                                               \
            ::moe::telemetry::writeLog(::moe::telemetry::Component::component, ::moe::telemetry::LogLevel::level,      \
                                       requestId, message, {__VA_ARGS__});                                             \
    } while (false)

namespace moe::telemetry {

/// What MOE_LOG calls: writes the line without asking for the level.
void writeLog(Component component, LogLevel level, QAnyStringView requestId, QAnyStringView message,
              std::initializer_list<LogField> fields = {});

/// Who is told of each line as one JSON object, as it is written, on whatever thread. Must be short and not log.
struct LogTap {
    std::function<bool()> isWanted; ///< asked before a line is put together
    std::function<void(const QByteArray &line)> tell;
};

/// An empty one ends that.
void setLogTap(LogTap tap);

/// Lines lost since the start because the output did not keep up.
[[nodiscard]] quint64 droppedLogLines();

}
