// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QByteArrayList>

#include <memory>
#include <sys/types.h>

namespace moe::tools {

/// What is started as a worker. It gets its end of the connection as workerDescriptor, an empty environment and
/// nothing else.
struct WorkerCommand {
    QByteArray program = QByteArrayLiteral("/proc/self/exe");
    QByteArrayList arguments{QByteArrayLiteral("--tool-worker")};
};

/// How long something may take: until a time, or until somebody makes `interrupt` readable.
struct WaitLimit {
    Clock::Steady deadline;
    int interrupt = -1; ///< a descriptor; negative: none
};

/// A worker, seen from the daemon: started, given one frame after the other, killed and reaped in the end. One thread
/// uses it; that thread's end kills the process.
class WorkerProcess
{
public:
    /// Why there is no reply.
    enum class Fault { TooSlow, Interrupted, Ended, Broken };

    /// Nothing if the system does not have it.
    [[nodiscard]] static std::unique_ptr<WorkerProcess> start(const WorkerCommand &command);
    WorkerProcess(const WorkerProcess &) = delete;
    WorkerProcess &operator=(const WorkerProcess &) = delete;
    ~WorkerProcess();

    /// Sends bytes as they are. After a fault the process is of no use any more.
    [[nodiscard]] std::expected<void, Fault> send(QByteArrayView bytes, WaitLimit limit);
    /// The content of the next frame.
    [[nodiscard]] std::expected<QByteArray, Fault> receive(WaitLimit limit);
    /// False if it has ended or says something nobody asked for.
    [[nodiscard]] bool isIdle() const;

    [[nodiscard]] pid_t pid() const { return m_pid; }

private:
    WorkerProcess(pid_t pid, int descriptor) : m_pid(pid), m_descriptor(descriptor) { }
    [[nodiscard]] std::expected<void, Fault> waitFor(short events, WaitLimit limit) const;
    [[nodiscard]] std::expected<QByteArray, Fault> receiveExactly(qsizetype size, WaitLimit limit);

    const pid_t m_pid;
    const int m_descriptor;
};

}
