// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/eventstream.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <algorithm>

namespace moe::tools::mcp {

/// Changes the stream under its lock; what is returned, if anything, wakes the reader.
std::function<void()> EventStream::change(const std::function<void()> &edit)
{
    const std::lock_guard lock(m_mutex);
    edit();
    return std::exchange(m_wake, nullptr);
}

void EventStream::send(QByteArray message)
{
    const auto wake = change([this, &message] {
        if (m_isFinished)
            return;
        m_bytes += message.size();
        m_events.push_back({++m_last, std::move(message)});
        while (m_events.size() > mostKept || (m_bytes > mostBytesKept && m_events.size() > 1)) {
            m_bytes -= m_events.front().message.size();
            m_events.pop_front();
        }
    });
    if (wake)
        wake();
}

void EventStream::letGo()
{
    if (const auto wake = change([this] { ++m_turn; }))
        wake();
}

void EventStream::finish()
{
    if (const auto wake = change([this] { m_isFinished = true; }))
        wake();
}

bool EventStream::isFinished() const
{
    const std::lock_guard lock(m_mutex);
    return m_isFinished;
}

qsizetype EventStream::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

qint64 EventStream::last() const
{
    const std::lock_guard lock(m_mutex);
    return m_last;
}

EventStream::Reader::Reader(std::shared_ptr<EventStream> stream, qint64 after)
    : m_stream(std::move(stream))
    , m_position(after)
{
    if (const auto wakeOther = m_stream->change([this] {
            m_turn = ++m_stream->m_turn;
            m_position = std::clamp<qint64>(m_position, 0, m_stream->m_last);
        }))
        wakeOther();
}

EventStream::Reader::~Reader()
{
    const std::lock_guard lock(m_stream->m_mutex);
    if (m_stream->m_turn == m_turn)
        m_stream->m_wake = nullptr;
}

EventStream::Reader::Batch EventStream::Reader::take()
{
    const std::lock_guard lock(m_stream->m_mutex);
    Batch batch;
    if (m_stream->m_turn != m_turn) {
        batch.isOver = true;
        return batch;
    }
    for (const Event &event : m_stream->m_events) {
        if (event.number > m_position)
            batch.events.push_back(event);
    }
    m_position = m_stream->m_last;
    batch.isOver = m_stream->m_isFinished;
    return batch;
}

bool EventStream::Reader::hasNews() const
{
    return m_stream->m_turn != m_turn || m_stream->m_isFinished || m_stream->m_last > m_position;
}

Task<void> EventStream::Reader::wait(std::chrono::milliseconds limit, RequestContext context)
{
    const Completion<Result<void>> done;
    {
        const std::lock_guard lock(m_stream->m_mutex);
        if (hasNews())
            co_return {};
        m_stream->m_wake
            = [done, mailbox = Mailbox::current()] { mailbox->post([done] { done.complete(Result<void>()); }); };
    }
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [done] { done.complete(Result<void>()); });
    timer.start(limit);
    co_return co_await done;
}

}
