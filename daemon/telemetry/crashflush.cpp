// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/crashflush.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logoutput.h"
#include "daemon/telemetry/logtarget.h"

#include <array>
#include <csignal>
#include <ctime>
#include <exception>

namespace moe::telemetry {

namespace {

constexpr std::array faults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int waitTurns = 250; // of 1 ms

// A signal handler and a terminate handler can be told nothing but through statics.
constinit std::atomic<const LogQueue *> crashQueue = nullptr;
std::array<struct sigaction, faults.size()> previousActions;
std::terminate_handler previousTerminate = nullptr;

/// Safe in a signal handler: looks at atomics and sleeps, while the writer thread works on.
void waitForWriter()
{
    const LogQueue *queue = crashQueue.load();
    for (int turn = 0; queue && turn < waitTurns && !queue->isEmpty(); ++turn) {
        const timespec pause{0, 1'000'000};
        nanosleep(&pause, nullptr);
    }
}

void handleFault(int signal, siginfo_t *info, void *)
{
    waitForWriter();
    const auto index = size_t(std::ranges::find(faults, signal) - faults.begin());
    sigaction(signal, &previousActions[index], nullptr);
    // A real fault happens again as soon as this returns, with everything in place for whoever looks at it next; a
    // signal somebody sent does not.
    if (info->si_code <= 0)
        raise(signal);
}

void logException() noexcept
{
    try {
        if (const auto exception = std::current_exception())
            std::rethrow_exception(exception);
    } catch (const std::exception &exception) {
        MOE_LOG(App, Error, {}, "An exception was not caught", {"what", exception.what()});
    } catch (...) {
        MOE_LOG(App, Error, {}, "An exception of unknown type was not caught");
    }
}

[[noreturn]] void handleTerminate()
{
    logException();
    waitForWriter();
    if (previousTerminate)
        previousTerminate();
    std::abort();
}

}

CrashFlush::CrashFlush(const LogOutput &output) : m_target(output.m_target)
{
    crashQueue = &m_target->queue;
    struct sigaction action{};
    action.sa_sigaction = &handleFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < faults.size(); ++i)
        sigaction(faults[i], &action, &previousActions[i]);
    previousTerminate = std::set_terminate(&handleTerminate);
}

CrashFlush::~CrashFlush()
{
    std::set_terminate(previousTerminate);
    for (size_t i = 0; i < faults.size(); ++i)
        sigaction(faults[i], &previousActions[i], nullptr);
    crashQueue = nullptr;
}

}
