// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/jobqueue.h"

namespace moe::tools {

Error tooSlow()
{
    return Error::of(ErrorCode::Timeout, QStringLiteral("The calculation takes longer than it may."),
                     QStringLiteral("too_slow"));
}

void QueuedJob::finish(Result<QByteArray> result)
{
    // The completion belongs to the caller's thread, and so does its last reference.
    mailbox->post([done = std::move(done), result = std::move(result)]() mutable { done.complete(std::move(result)); });
}

bool JobQueue::add(QueuedJob &job)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_isClosed)
            return false;
        if (!hasPlaceFor(job))
            removeAbandoned();
        if (!hasPlaceFor(job))
            return false;
        Share &share = m_shares[job.user];
        ++share.waiting;
        share.bytes += job.size();
        m_bytes += job.size();
        m_waiting.push_back(std::move(job));
    }
    m_changed.notify_one();
    return true;
}

bool JobQueue::hasPlaceFor(const QueuedJob &job)
{
    const auto found = m_shares.find(job.user);
    const Share share = found == m_shares.end() ? Share() : found->second;
    return m_waiting.size() < m_limit && share.waiting < (m_limit + 1) / 2 && m_bytes + job.size() <= m_mostBytes
        && share.bytes + job.size() <= m_mostBytes / 2;
}

void JobQueue::remove(std::deque<QueuedJob>::iterator place)
{
    Share &share = m_shares[place->user];
    --share.waiting;
    share.bytes -= place->size();
    m_bytes -= place->size();
    m_waiting.erase(place);
}

void JobQueue::removeAbandoned()
{
    const auto now = std::chrono::steady_clock::now();
    for (auto i = m_waiting.size(); i-- > 0;) {
        const auto place = m_waiting.begin() + std::ptrdiff_t(i);
        const bool isStopped = place->stop.stop_requested();
        if (!isStopped && now < place->deadline)
            continue;
        QueuedJob job = *place;
        remove(place);
        if (const auto share = m_shares.find(job.user); share->second.running == 0 && share->second.waiting == 0)
            m_shares.erase(share);
        job.finish(failure(isStopped ? Error::cancelled() : tooSlow()));
    }
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
    std::optional<QueuedJob> job(*found);
    remove(found);
    ++m_shares[job->user].running;
    return job;
}

void JobQueue::release(UserId user)
{
    bool isAnyWaiting = false;
    {
        const std::scoped_lock lock(m_mutex);
        const auto share = m_shares.find(user);
        --share->second.running;
        if (share->second.running == 0 && share->second.waiting == 0)
            m_shares.erase(share);
        isAnyWaiting = !m_waiting.empty();
    }
    if (isAnyWaiting) // else threads would wake for nothing, in the way of the answer
        m_changed.notify_all();
}

std::deque<QueuedJob> JobQueue::close()
{
    const std::scoped_lock lock(m_mutex);
    m_isClosed = true;
    m_bytes = 0;
    return std::exchange(m_waiting, {});
}

}
