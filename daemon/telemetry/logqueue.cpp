// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/logqueue.h"

namespace moe::telemetry {

bool LogQueue::push(QByteArray line)
{
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_isClosed || m_waitingBytes + line.size() > m_byteLimit) {
            ++m_dropped;
            ++m_droppedInAll;
            return false;
        }
        wasEmpty = m_waiting.empty();
        m_waitingBytes += line.size();
        m_waiting.push_back(std::move(line));
        ++m_pushed;
    }
    if (wasEmpty)
        m_hasWork.notify_one();
    return true;
}

LogQueue::Batch LogQueue::take()
{
    std::unique_lock lock(m_mutex);
    m_hasWork.wait(lock, [this] { return !m_waiting.empty() || m_isClosed; });
    Batch batch;
    batch.lines.swap(m_waiting);
    batch.dropped = std::exchange(m_dropped, 0);
    batch.isLast = m_isClosed;
    m_waitingBytes = 0;
    m_taken += batch.lines.size();
    return batch;
}

void LogQueue::written()
{
    {
        const std::lock_guard lock(m_mutex);
        m_written = m_taken;
    }
    m_hasWritten.notify_all();
}

void LogQueue::addDropped(quint64 lines)
{
    const std::lock_guard lock(m_mutex);
    m_dropped += lines;
    m_droppedInAll += lines;
}

void LogQueue::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
    }
    m_hasWork.notify_one();
}

bool LogQueue::flush(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    const quint64 wanted = m_pushed;
    return m_hasWritten.wait_for(lock, limit, [this, wanted] { return m_written >= wanted; });
}

}
