// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/eventfeed.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <algorithm>
#include <limits>

using namespace std::chrono_literals;

namespace moe::api {

namespace {

constexpr auto timeToComeBack = 1min;
constexpr std::size_t largestBatch = 256;
constexpr qint64 idsPerMillisecond = 1000; // so that ids grow over restarts

}

EventFeed::EventFeed(const Clock &clock)
    : m_clock(clock)
    , m_lastId(std::chrono::floor<std::chrono::milliseconds>(clock.system().time_since_epoch()).count()
               * idsPerMillisecond)
{ }

void EventFeed::noteWatched(Clock::Steady now)
{
    if (m_watchers.empty() && now >= m_watchedUntil) {
        m_isWatched.store(false, std::memory_order_relaxed);
        m_events.clear();
        m_bytes = 0;
    }
}

void EventFeed::publish(QByteArray type, QByteArray data)
{
    if (!isWatched())
        return;
    std::vector<std::function<void()>> toWake;
    {
        const std::lock_guard lock(m_mutex);
        noteWatched(m_clock.steady());
        if (!isWatched())
            return;
        m_bytes += type.size() + data.size();
        m_events.push_back({++m_lastId, std::move(type), std::move(data)});
        while (m_events.size() > mostKept || m_bytes > mostBytesKept) {
            m_bytes -= m_events.front().type.size() + m_events.front().data.size();
            m_events.pop_front();
        }
        for (auto &[number, watching] : m_watchers) {
            if (watching.wake)
                toWake.push_back(std::exchange(watching.wake, nullptr));
        }
    }
    for (const auto &wake : toWake)
        wake();
}

EventFeed::Watcher::Watcher(EventFeed &feed, std::optional<qint64> lastSeen)
    : m_feed(feed)
    , m_number([&feed] {
        const std::lock_guard lock(feed.m_mutex);
        feed.m_watchers.emplace(++feed.m_lastNumber, Watching());
        feed.m_isWatched.store(true, std::memory_order_relaxed);
        return feed.m_lastNumber;
    }())
    , m_position([&feed, lastSeen] {
        const std::lock_guard lock(feed.m_mutex);
        return std::min(lastSeen.value_or(feed.m_lastId), feed.m_lastId);
    }())
{ }

EventFeed::Watcher::~Watcher()
{
    const std::lock_guard lock(m_feed.m_mutex);
    m_feed.m_watchers.erase(m_number);
    m_feed.m_watchedUntil = m_feed.m_clock.steady() + timeToComeBack;
}

EventFeed::Watcher::Batch EventFeed::Watcher::take()
{
    const std::lock_guard lock(m_feed.m_mutex);
    Batch batch;
    const auto &events = m_feed.m_events;
    const qint64 firstKept = m_feed.m_lastId - qint64(events.size()) + 1;
    batch.isIncomplete = m_position + 1 < firstKept;
    if (batch.isIncomplete)
        m_position = firstKept - 1;
    const auto begin = events.begin() + (m_position + 1 - firstKept);
    const auto count = std::min<std::size_t>(largestBatch, std::size_t(events.end() - begin));
    batch.events.assign(begin, begin + std::ptrdiff_t(count));
    m_position += qint64(count);
    return batch;
}

Task<void> EventFeed::Watcher::wait(std::chrono::milliseconds limit, RequestContext context)
{
    const Completion<Result<void>> done;
    {
        const std::lock_guard lock(m_feed.m_mutex);
        if (m_feed.m_lastId > m_position)
            co_return {};
        m_feed.m_watchers[m_number].wake
            = [done, mailbox = Mailbox::current()] { mailbox->post([done] { done.complete(Result<void>()); }); };
    }
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [done] { done.complete(Result<void>()); });
    timer.start(limit);
    const Result<void> result = co_await done;
    const std::lock_guard lock(m_feed.m_mutex);
    m_feed.m_watchers[m_number].wake = nullptr;
    co_return result;
}

}
