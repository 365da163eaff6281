// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/worker/frame.h"
#include "shared/async/completion.h"
#include "shared/async/context.h"
#include "shared/async/mailbox.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>

namespace moe::tools {

/// What callers are told at the time limit.
[[nodiscard]] Error tooSlow();

/// A job on its way: who waits for it, and how long.
struct QueuedJob {
    WorkerJob job;
    UserId user;
    std::stop_token stop;
    Clock::Steady deadline;
    std::shared_ptr<Mailbox> mailbox;
    Completion<Result<QByteArray>> done; ///< of the mailbox's thread

    [[nodiscard]] qsizetype size() const { return job.payload.size(); }
    /// From any thread.
    void finish(Result<QByteArray> result);
};

/// What waits for a worker. No user has the last worker or more than half of the places and bytes: one who asks for
/// what takes long waits behind himself, not others behind him. Thread-safe.
class JobQueue
{
public:
    JobQueue(int workers, std::size_t limit, qsizetype mostBytes)
        : m_mostOfUser(std::max(1, workers - 1))
        , m_limit(limit)
        , m_mostBytes(mostBytes)
    { }

    /// False if there is no place: the job is left as it is. Those that nobody waits for any more make place first.
    [[nodiscard]] bool add(QueuedJob &job);
    /// Waits for one; nothing once stop is requested. release() follows.
    [[nodiscard]] std::optional<QueuedJob> take(std::stop_token stop);
    /// The user's job is done.
    void release(UserId user);
    /// All that wait, when nobody takes them any more; none is added later.
    [[nodiscard]] std::deque<QueuedJob> close();

private:
    struct Share {
        int running = 0;
        std::size_t waiting = 0;
        qsizetype bytes = 0; // of those that wait
    };
    [[nodiscard]] std::deque<QueuedJob>::iterator next();
    [[nodiscard]] bool hasPlaceFor(const QueuedJob &job);
    void remove(std::deque<QueuedJob>::iterator place);
    void removeAbandoned();

    const int m_mostOfUser;
    const std::size_t m_limit;
    const qsizetype m_mostBytes;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<QueuedJob> m_waiting; // guarded by m_mutex
    std::map<UserId, Share> m_shares; // guarded by m_mutex; of users who have any
    qsizetype m_bytes = 0; // guarded by m_mutex; of all that wait
    bool m_isClosed = false; // guarded by m_mutex
};

}
