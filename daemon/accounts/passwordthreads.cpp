// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordthreads.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <QTimer>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace moe::accounts {

namespace {

Error deadlinePassed()
{
    return Error::timeout(QStringLiteral("The deadline passed while other passwords were being checked."));
}

Error refused(QString message)
{
    Error error = Error::of(ErrorCode::Unavailable, std::move(message), QStringLiteral("sign_in_busy"));
    error.retryAfter = std::chrono::seconds(2);
    return error;
}

}

/// Work on its way. Belongs to the queue, then to the thread or the caller that took it out.
struct PasswordThreads::Job {
    std::function<void()> work;
    RequestContext context;
    Completion<Result<void>> done; // completed on the caller's thread only
    std::shared_ptr<Mailbox> caller = Mailbox::current();

    void hand(Result<void> outcome)
    {
        work = nullptr;
        caller->post([held = done, outcome = std::move(outcome)] { held.complete(outcome); });
    }
};

/// What callers and threads share.
class PasswordThreads::Queue
{
public:
    explicit Queue(std::size_t limit) : m_limit(limit) { }

    Result<void> push(std::shared_ptr<Job> job)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_jobs.size() >= m_limit)
                return failure(refused(QStringLiteral("Too many people are signing in at once. Try again.")));
            m_jobs.push_back(std::move(job));
        }
        m_changed.notify_one();
        return {};
    }

    /// Waits; nothing once the queue is closed.
    std::shared_ptr<Job> pop()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isClosed || !m_jobs.empty(); });
        if (m_jobs.empty())
            return {};
        auto job = std::move(m_jobs.front());
        m_jobs.pop_front();
        return job;
    }

    /// False if somebody else has it already.
    [[nodiscard]] bool remove(const std::shared_ptr<Job> &job)
    {
        const std::lock_guard lock(m_mutex);
        return std::erase(m_jobs, job) > 0;
    }

    /// Returns what waited.
    [[nodiscard]] std::deque<std::shared_ptr<Job>> close()
    {
        std::deque<std::shared_ptr<Job>> waiting;
        {
            const std::lock_guard lock(m_mutex);
            m_isClosed = true;
            waiting.swap(m_jobs);
        }
        m_changed.notify_all();
        return waiting;
    }

private:
    const std::size_t m_limit;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::shared_ptr<Job>> m_jobs; // guarded by m_mutex
    bool m_isClosed = false;                 // guarded by m_mutex
};

PasswordThreads::PasswordThreads(int threads, std::size_t queueLimit) : m_queue(std::make_shared<Queue>(queueLimit))
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([queue = m_queue] { work(*queue); });
}

PasswordThreads::~PasswordThreads()
{
    for (const auto &job : m_queue->close())
        job->hand(failure(refused(QStringLiteral("The server is shutting down."))));
    for (std::thread &thread : m_threads)
        thread.join();
}

void PasswordThreads::work(Queue &queue)
{
    while (const auto job = queue.pop()) {
        // The caller's loop may not have come to it yet.
        if (job->context.isStopped()) {
            job->hand(failure(Error::cancelled()));
        } else if (job->context.deadline <= std::chrono::steady_clock::now()) {
            job->hand(failure(deadlinePassed()));
        } else {
            job->work();
            job->hand({});
        }
    }
}

Task<void> PasswordThreads::run(std::function<void()> work, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    const auto job = std::make_shared<Job>(std::move(work), context);
    CO_TRY_VOID(m_queue->push(job));
    const auto giveUp = [queue = m_queue, job](Error error) {
        if (queue->remove(job))
            job->hand(failure(std::move(error)));
    };
    const StopWatcher watcher(context.stop, [giveUp] { giveUp(Error::cancelled()); });
    QTimer timer;
    if (context.deadline != Clock::Steady::max()) {
        const auto left
            = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - std::chrono::steady_clock::now());
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &timer, [giveUp] { giveUp(deadlinePassed()); });
        timer.start(std::max(left, std::chrono::milliseconds(0)));
    }
    co_return co_await job->done;
}

}
