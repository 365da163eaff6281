// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace moe::telemetry {

class LogOutput;
struct LogTarget;

/// While this lives, a crash (fault, abort, exception nobody caught) first gives the log's writer a moment to finish
/// what was logged before it, and then takes its usual way. One at a time; must not outlive the output.
class CrashFlush
{
public:
    explicit CrashFlush(const LogOutput &output);
    CrashFlush(const CrashFlush &) = delete;
    CrashFlush &operator=(const CrashFlush &) = delete;
    ~CrashFlush();

private:
    std::shared_ptr<LogTarget> m_target;
};

}
