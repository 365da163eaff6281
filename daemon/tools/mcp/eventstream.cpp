// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/eventstream.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <algorithm>

namespace moe::tools::mcp {

EventStream::EventStream(quint64 number, std::shared_ptr<StreamTotals> totals)
    : m_number(number)
    , m_totals(std::move(totals))
{ }

EventStream::~EventStream() { m_totals->bytes -= m_bytes; }

/// Changes the stream under its lock; what is returned, if anything, wakes the reader.
std::function<void()> EventStream::change(const std::function<void()> &edit)
{
    const std::lock_guard lock(m_mutex);
    edit();
    return std::exchange(m_wake, nullptr);
}

void EventStream::add(QByteArray message, bool mayBeLost)
{
    const auto wake = change([this, &message, mayBeLost] {
        if (m_isFinished)
            return;
        m_bytes += message.size();
        m_totals->bytes += message.size();
        m_events.push_back({++m_last, std::move(message), mayBeLost});
        makeRoom();
    });
    if (wake)
        wake();
}

std::deque<EventStream::Event>::iterator EventStream::forget(std::deque<Event>::iterator event)
{
    m_bytes -= event->message.size();
    m_totals->bytes -= event->message.size();
    if (!event->mayBeLost)
        m_lost = event->number;
    return m_events.erase(event);
}

/// Forgets the oldest of what has been read or may be lost, never the latest; breaks if too much is left all the same.
void EventStream::makeRoom()
{
    auto event = m_events.begin();
    while ((m_events.size() > mostKept || m_bytes > mostBytesKept) && event->number != m_last) {
        if (event->mayBeLost || event->number <= m_taken)
            event = forget(event);
        else
            ++event;
    }
    const bool isTooMuch = m_events.size() > mostWaiting || (m_bytes > mostBytesWaiting && m_events.size() > 1);
    if (!isTooMuch)
        return;
    m_isBroken = true;
    finishNow();
    while (!m_events.empty())
        forget(m_events.begin());
}

void EventStream::finishNow()
{
    if (!std::exchange(m_isFinished, true))
        m_turnOfFinish = ++m_totals->finished;
}

void EventStream::letGo()
{
    if (const auto wake = change([this] { ++m_turn; }))
        wake();
}

void EventStream::finish()
{
    if (const auto wake = change([this] { finishNow(); }))
        wake();
}

bool EventStream::isFinished() const
{
    const std::lock_guard lock(m_mutex);
    return m_isFinished;
}

bool EventStream::isDelivered() const
{
    const std::lock_guard lock(m_mutex);
    return m_isFinished && m_taken == m_last;
}

bool EventStream::hasReader() const
{
    const std::lock_guard lock(m_mutex);
    return m_readers > 0;
}

bool EventStream::keepsAllAfter(qint64 number) const
{
    const std::lock_guard lock(m_mutex);
    return number >= m_lost;
}

quint64 EventStream::turnOfFinish() const
{
    const std::lock_guard lock(m_mutex);
    return m_turnOfFinish;
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
            ++m_stream->m_readers;
            m_position = std::clamp<qint64>(m_position, 0, m_stream->m_last);
        }))
        wakeOther();
}

EventStream::Reader::~Reader()
{
    const std::lock_guard lock(m_stream->m_mutex);
    --m_stream->m_readers;
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
    qsizetype bytes = 0;
    auto event = std::ranges::upper_bound(m_stream->m_events, m_position, {}, &Event::number);
    for (; event != m_stream->m_events.end() && bytes < largestBatch; ++event) {
        bytes += event->message.size();
        batch.events.push_back(*event);
    }
    m_position = event == m_stream->m_events.end() ? m_stream->m_last : std::prev(event)->number;
    m_stream->m_taken = std::max(m_stream->m_taken, m_position);
    batch.isOver = m_stream->m_isFinished && m_position == m_stream->m_last;
    batch.isBroken = m_stream->m_isBroken;
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
