// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/jobqueue.h"

namespace moe::tools {

void QueuedJob::finish(Result<QByteArray> result)
{
    // The completion belongs to the caller's thread, and so does its last reference.
    mailbox->post([done = std::move(done), result = std::move(result)]() mutable { done.complete(std::move(result)); });
}

bool JobQueue::add(QueuedJob &job)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_isClosed || m_waiting.size() >= m_limit)
            return false;
        Share &share = m_shares[job.user];
        if (share.waiting >= (m_limit + 1) / 2)
            return false;
        ++share.waiting;
        m_waiting.push_back(std::move(job));
    }
    m_changed.notify_one();
    return true;
}

std::deque<QueuedJob>::iterator JobQueue::next()
{
    return std::ranges::find_if(m_waiting,
                                [this](const QueuedJob &job) { return m_shares[job.user].running < m_mostOfUser; });
}

std::optional<QueuedJob> JobQueue::take(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return next() != m_waiting.end(); }) || stop.stop_requested())
        return {};
    const auto found = next();
    std::optional<QueuedJob> job(std::move(*found));
    m_waiting.erase(found);
    Share &share = m_shares[job->user];
    --share.waiting;
    ++share.running;
    return job;
}

void JobQueue::release(UserId user)
{
    {
        const std::scoped_lock lock(m_mutex);
        const auto share = m_shares.find(user);
        --share->second.running;
        if (share->second.running == 0 && share->second.waiting == 0)
            m_shares.erase(share);
    }
    m_changed.notify_all();
}

std::deque<QueuedJob> JobQueue::close()
{
    const std::scoped_lock lock(m_mutex);
    m_isClosed = true;
    return std::exchange(m_waiting, {});
}

}
