// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace moe::app {

/// Turns each SIGTERM and SIGINT into a call on the main thread's loop. Create before any other thread, so that all
/// inherit the mask.
class TerminationSignals
{
public:
    explicit TerminationSignals(std::function<void()> onSignal);
    TerminationSignals(const TerminationSignals &) = delete;
    TerminationSignals &operator=(const TerminationSignals &) = delete;
    ~TerminationSignals();

private:
    const int m_descriptor;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

/// Tells systemd, if it started us, how far we are: "READY=1", "STOPPING=1".
void notifyServiceManager(const char *state);

/// As many open files as the system allows: every connection is one. Returns how many that are.
[[nodiscard]] int raiseDescriptorLimit();

}
