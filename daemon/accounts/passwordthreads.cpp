// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordthreads.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

namespace moe::accounts {

namespace {

QString lateMessage() { return QStringLiteral("The deadline passed while other passwords were being checked."); }

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

    void perform()
    {
        // The caller's loop may not have come to it yet.
        if (context.isStopped())
            return hand(failure(Error::cancelled()));
        if (context.deadline <= std::chrono::steady_clock::now())
            return hand(failure(Error::timeout(lateMessage())));
        work();
        hand({});
    }

    void hand(Result<void> outcome)
    {
        work = nullptr;
        caller->post([held = done, outcome = std::move(outcome)] { held.complete(outcome); });
    }
};

PasswordThreads::PasswordThreads(int threads, std::size_t queueLimit) : m_queue(std::make_shared<Queue>(queueLimit))
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([queue = m_queue] { work(*queue); });
}

PasswordThreads::~PasswordThreads()
{
    m_queue->close();
    for (const auto &job : m_queue->takeAll())
        job->hand(failure(refused(QStringLiteral("The server is shutting down."))));
    for (std::thread &thread : m_threads)
        thread.join();
}

void PasswordThreads::work(Queue &queue)
{
    while (const auto job = queue.pop()) {
        (*job)->perform();
    }
}

Task<void> PasswordThreads::run(std::function<void()> work, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    const auto job = std::make_shared<Job>(std::move(work), context);
    if (m_queue->push(job) != Queue::Push::Done)
        co_return failure(refused(QStringLiteral("Too many people are signing in at once. Try again.")));
    const ContextWatcher watcher(context, lateMessage(), [queue = m_queue, job](Error error) {
        if (queue->remove(job))
            job->hand(failure(std::move(error)));
    });
    co_return co_await job->done;
}

}
