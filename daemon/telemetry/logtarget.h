// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/logencode.h"
#include "daemon/telemetry/logqueue.h"

#include <memory>

namespace moe::telemetry {

/// What a thread needs to hand over a line. Shared by the output and whoever is writing at the moment, so that a line
/// written while the output goes away meets a closed queue, not a freed one. Internal to this library.
struct LogTarget {
    LogFormat format;
    std::shared_ptr<const Clock> clock;
    LogQueue queue;
};

/// The process's target; none before the first LogOutput and after the last.
[[nodiscard]] std::shared_ptr<LogTarget> currentLogTarget();
void setCurrentLogTarget(std::shared_ptr<LogTarget> target);

}
