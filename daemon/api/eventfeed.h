// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace moe::api {

/// One thing that happened.
struct FeedEvent {
    qint64 id = 0;       ///< grows, also from one start of the daemon to the next
    QByteArray type;     ///< "request.end"
    QByteArray data;     ///< JSON object on one line, without secrets and prompts
};

/// What goes on in the daemon, for whoever watches. The latest events are kept for a while, so that a watcher whose
/// connection was cut goes on where it stopped. Thread-safe: every thread publishes, and watchers live on I/O threads.
class EventFeed
{
public:
    static constexpr std::size_t mostKept = 4096;
    static constexpr qsizetype mostBytesKept = 4 * 1024 * 1024;

    explicit EventFeed(const Clock &clock);
    EventFeed(const EventFeed &) = delete;
    EventFeed &operator=(const EventFeed &) = delete;

    /// Whether anybody watches, or did a minute ago and may come back: else nobody needs to put an event together.
    [[nodiscard]] bool isWatched() const { return m_isWatched.load(std::memory_order_relaxed); }
    void publish(QByteArray type, QByteArray data);

    /// Somebody who watches. Made and used on one thread with an event loop; the feed outlives it.
    class Watcher
    {
    public:
        /// Begins after this event, or with what comes from now on.
        Watcher(EventFeed &feed, std::optional<qint64> lastSeen);
        Watcher(const Watcher &) = delete;
        Watcher &operator=(const Watcher &) = delete;
        ~Watcher();

        struct Batch {
            std::vector<FeedEvent> events;
            bool isIncomplete = false; ///< events were missed before these: read anew what is of interest
        };
        /// What has come since the last call, at most 256 of them.
        [[nodiscard]] Batch take();
        /// Ends when there is something to take, after `limit`, or as the context says.
        [[nodiscard]] Task<void> wait(std::chrono::milliseconds limit, RequestContext context);

    private:
        EventFeed &m_feed;
        const quint64 m_number;
        qint64 m_position;
    };

private:
    struct Watching {
        std::function<void()> wake; // empty while it does not wait
    };
    void noteWatched(Clock::Steady now);

    const Clock &m_clock;
    std::atomic<bool> m_isWatched = false;
    mutable std::mutex m_mutex;
    std::deque<FeedEvent> m_events; // guarded by m_mutex, as all below
    qsizetype m_bytes = 0;
    qint64 m_lastId = 0;
    std::map<quint64, Watching> m_watchers;
    quint64 m_lastNumber = 0;
    Clock::Steady m_watchedUntil;
};

}
