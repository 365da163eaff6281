// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/workerpool.h"

#include "daemon/telemetry/log.h"

#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using Fault = WorkerProcess::Fault;

Error unavailable(QString message, QString reason)
{
    Error error = Error::of(ErrorCode::Unavailable, std::move(message), std::move(reason));
    error.retryAfter = std::chrono::seconds(1);
    return error;
}

Error stopping() { return unavailable(u"The service is stopping."_s, u"tools_unavailable"_s); }

/// Makes the descriptor readable.
struct Ring {
    int descriptor;
    void operator()() const { eventfd_write(descriptor, 1); }
};

}

/// A worker and all that its thread does with it.
class WorkerPool::Slot
{
public:
    Slot(const Options &options, std::stop_token stop)
        : m_options(options)
        , m_stop(std::move(stop))
        , m_interrupt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    { }
    Slot(const Slot &) = delete;
    Slot &operator=(const Slot &) = delete;
    ~Slot() { close(m_interrupt); }

    [[nodiscard]] Result<QByteArray> done(const QueuedJob &job)
    {
        if (job.stop.stop_requested())
            return failure(Error::cancelled());
        if (std::chrono::steady_clock::now() >= job.deadline)
            return failure(tooSlow());
        auto reply = exchange(job);
        eventfd_t rung = 0;
        eventfd_read(m_interrupt, &rung);
        return reply;
    }

private:
    Result<QByteArray> exchange(const QueuedJob &job)
    {
        const std::stop_callback whenCancelled(job.stop, Ring{m_interrupt});
        const std::stop_callback whenStopping(m_stop, Ring{m_interrupt});
        const WaitLimit limit{job.deadline, m_interrupt};
        TRY_VOID(makeReady(job, limit));
        const auto sent = m_process->send(framed(encodeJob(job.job)), limit);
        if (!sent)
            return failure(giveUp(sent.error(), job));
        const auto frame = m_process->receive(limit);
        if (!frame)
            return failure(giveUp(frame.error(), job));
        auto reply = decodeReply(*frame);
        if (!reply)
            return failure(giveUp(Fault::Broken, job));
        if (++m_jobs >= m_options.jobsPerWorker)
            m_process.reset();
        return *std::move(reply);
    }

    /// Starts the worker if there is none that can be used.
    Result<void> makeReady(const QueuedJob &job, WaitLimit limit)
    {
        if (m_process && m_process->isIdle())
            return {};
        m_process.reset();
        if (std::chrono::steady_clock::now() < m_notBefore)
            return failure(
                unavailable(u"The calculation service cannot be started at the moment."_s, u"tools_unavailable"_s));
        m_jobs = 0;
        m_process = WorkerProcess::start(m_options.command);
        if (!m_process)
            return failure(startFailed());
        const auto greeting = m_process->receive(limit);
        if (greeting && greeting->isEmpty()) {
            m_pause = {};
            return {};
        }
        const Fault fault = greeting ? Fault::Broken : greeting.error();
        if (fault != Fault::Ended && fault != Fault::Broken)
            return failure(giveUp(fault, job));
        m_process.reset();
        return failure(startFailed());
    }

    Error startFailed()
    {
        m_pause = m_pause.count() == 0 ? m_options.firstPause : std::min(m_pause * 2, m_options.longestPause);
        m_notBefore = std::chrono::steady_clock::now() + m_pause;
        MOE_LOG(App, Error, "", "A tool worker cannot be started", {"next_try_ms", m_pause.count()});
        return unavailable(u"The calculation service cannot be started."_s, u"tools_unavailable"_s);
    }

    Error giveUp(Fault fault, const QueuedJob &job)
    {
        m_process.reset();
        switch (fault) {
        case Fault::TooSlow: return tooSlow();
        case Fault::Interrupted: return job.stop.stop_requested() ? Error::cancelled() : stopping();
        case Fault::Ended:
        case Fault::Broken: break;
        }
        MOE_LOG(App, Warning, "", "A tool worker failed", {"has_ended", fault == Fault::Ended});
        return Error::of(ErrorCode::Internal, u"The calculation ended without a result."_s, u"worker_failed"_s);
    }

    const Options &m_options;
    const std::stop_token m_stop;
    const int m_interrupt; // an eventfd: whoever wants the present job to end rings it
    std::unique_ptr<WorkerProcess> m_process;
    int m_jobs = 0; // of the present process
    std::chrono::milliseconds m_pause{0};
    Clock::Steady m_notBefore{};
};

WorkerPool::WorkerPool(Options options)
    : m_options(std::move(options))
    , m_queue(m_options.workers, m_options.longestQueue, m_options.largestQueue)
{
    for (int i = 0; i < m_options.workers; ++i) {
        m_threads.emplace_back([this](std::stop_token stop) {
            sigset_t all;
            sigfillset(&all);
            pthread_sigmask(SIG_BLOCK, &all, nullptr); // signals are the daemon's main thread's
            Slot slot(m_options, stop);
            while (auto job = m_queue.take(stop)) {
                auto result = slot.done(*job);
                m_queue.release(job->user);
                job->finish(std::move(result));
            }
        });
    }
}

WorkerPool::~WorkerPool()
{
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_threads.clear();
    for (QueuedJob &job : m_queue.close())
        job.finish(failure(stopping()));
}

Task<QByteArray> WorkerPool::run(QByteArray engine, QByteArray payload, RequestContext context)
{
    const Completion<Result<QByteArray>> done;
    QueuedJob job{{std::move(engine), std::move(payload)},
                  context.principal.user,
                  context.stop,
                  std::min(context.deadline, std::chrono::steady_clock::now() + m_options.longestJob),
                  Mailbox::current(),
                  done};
    if (!m_queue.add(job))
        co_return failure(unavailable(u"Too many calculations wait already."_s, u"tools_busy"_s));
    co_return co_await done;
}

}
