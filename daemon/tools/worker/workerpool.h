// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/worker/jobqueue.h"
#include "daemon/tools/worker/workerprocess.h"
#include "shared/async/task.h"

#include <thread>

namespace moe::tools {

/// Worker processes, started when they are needed, and the queue before them. Each has a thread that gives it one job
/// at a time and waits. A worker that is too slow, interrupted or ends is killed and replaced for the next job; one
/// that cannot be started is tried again after a while that grows. Thread-safe.
class WorkerPool
{
public:
    struct Options {
        WorkerCommand command{};
        int workers = 2;
        std::size_t longestQueue = 512;
        qsizetype largestQueue = 32 * 1024 * 1024;    ///< bytes that wait
        std::chrono::milliseconds longestJob{2'000}; ///< with the time in the queue
        int jobsPerWorker = 5'000;                   ///< libraries lose some memory now and then
        std::chrono::milliseconds firstPause{100};   ///< after a failed start; doubled with each further one
        std::chrono::milliseconds longestPause{10'000};
    };

    explicit WorkerPool(Options options);
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;
    /// Interrupts what runs, refuses what waits (Unavailable) and ends threads and processes. Callers still get their
    /// results from their event loop.
    ~WorkerPool();

    /// What the engine makes of the payload, or its error. Resumes on the caller's thread, which has an event loop.
    /// Timeout "too_slow" beyond the limit or the context's deadline, Cancelled; Internal "worker_failed" if the
    /// process ended or made no sense, Unavailable "tools_unavailable" if it cannot be started, "tools_busy" if too
    /// many wait.
    [[nodiscard]] Task<QByteArray> run(QByteArray engine, QByteArray payload, RequestContext context);

private:
    class Slot;

    const Options m_options;
    JobQueue m_queue;
    std::vector<std::jthread> m_threads;
};

}
