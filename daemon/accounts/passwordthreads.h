// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/blockingqueue.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace moe::accounts {

/// Threads for work that computes for long, and the short queue before them. Any thread with an event loop may call
/// run(); what is thrown by work ends the program, so it throws nothing.
class PasswordThreads
{
public:
    /// At most `queueLimit` pieces of work wait.
    PasswordThreads(int threads, std::size_t queueLimit);
    PasswordThreads(const PasswordThreads &) = delete;
    PasswordThreads &operator=(const PasswordThreads &) = delete;
    /// Refuses what waits (Unavailable), finishes what has begun and ends the threads. Callers still get their results
    /// from their event loop.
    ~PasswordThreads();

    /// Runs `work` on one of the threads and resumes on the caller's. While it waits for its turn, stop token and
    /// deadline end it (Cancelled, Timeout) and free its place; what has begun is finished. Unavailable with a time to
    /// try again if the queue is full. `work` and all it holds is destroyed before the caller continues.
    [[nodiscard]] Task<void> run(std::function<void()> work, RequestContext context);

private:
    struct Job;
    using Queue = BlockingQueue<std::shared_ptr<Job>>;

    static void work(Queue &queue);

    std::shared_ptr<Queue> m_queue;
    std::vector<std::thread> m_threads;
};

}
