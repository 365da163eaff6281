// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/logencode.h"

#include <QtLogging>

#include <memory>
#include <stop_token>
#include <thread>

namespace moe::telemetry {

struct LogTarget;

/// Takes over all log lines of the process, Qt's own included, as long as it lives, and writes them from a thread of
/// its own. main() makes one before anything that logs and lets it go last. Without one, lines go straight to stderr
/// as text.
class LogOutput
{
public:
    struct Options {
        LogFormat format = LogFormat::Auto;
        int descriptor = 2;                                      ///< stays open
        QByteArray journalPath = "/run/systemd/journal/socket";
        qsizetype queueBytes = 4 * 1024 * 1024;                  ///< beyond it lines are dropped and counted
        std::chrono::milliseconds patience{2'000};               ///< at the end, for a reader that does not read
        std::shared_ptr<const Clock> clock;                      ///< none: the machine's
    };

    explicit LogOutput(Options options);
    LogOutput(const LogOutput &) = delete;
    LogOutput &operator=(const LogOutput &) = delete;
    /// Writes what is waiting, for at most the patience.
    ~LogOutput();

    /// Auto resolved.
    [[nodiscard]] LogFormat format() const;
    /// Waits until everything logged before is written; false if that took longer than `limit`.
    bool flush(std::chrono::milliseconds limit);

private:
    friend class CrashFlush;

    const std::chrono::milliseconds m_patience;
    std::shared_ptr<LogTarget> m_target;
    QtMessageHandler m_previousHandler;
    std::jthread m_writer;
};

}
