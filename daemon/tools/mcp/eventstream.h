// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace moe::tools::mcp {

/// Where messages to a client go. Thread-safe.
class Outlet
{
public:
    Outlet() = default;
    Outlet(const Outlet &) = delete;
    Outlet &operator=(const Outlet &) = delete;
    virtual ~Outlet() = default;

    /// One JSON-RPC message that must not be lost: an answer, a request of ours.
    virtual void send(QByteArray message) = 0;
    /// One that may, if the client reads too slowly: a notification.
    virtual void tell(QByteArray message) { send(std::move(message)); }
    /// Whether requests of ours reach the client.
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Lets whoever reads go; he may come back for the rest.
    virtual void letGo() { }
};

/// What many streams have together. Thread-safe.
struct StreamTotals {
    std::atomic<qsizetype> bytes = 0;   ///< kept by all of them
    std::atomic<quint64> finished = 0; ///< how many have been, ever
};

/// Messages to a client in order, of which the latest are kept, so that one whose connection was cut goes on where it
/// stopped. What was sent is kept until it has been read; with too much of that the stream breaks. Written and read on
/// any threads; one reads at a time.
class EventStream final : public Outlet
{
public:
    // Of what has been read or may be lost:
    static constexpr std::size_t mostKept = 256;
    static constexpr qsizetype mostBytesKept = 1024 * 1024;
    // Of what waits to be read and must not be lost:
    static constexpr std::size_t mostWaiting = 4096;
    static constexpr qsizetype mostBytesWaiting = 8 * 1024 * 1024;

    struct Event {
        qint64 number = 0; ///< grows by one
        QByteArray message;
        bool mayBeLost = false;
    };

    explicit EventStream(quint64 number, std::shared_ptr<StreamTotals> totals = std::make_shared<StreamTotals>());
    ~EventStream() override;

    /// Of the stream in its session.
    [[nodiscard]] quint64 number() const { return m_number; }

    void send(QByteArray message) override { add(std::move(message), false); }
    void tell(QByteArray message) override { add(std::move(message), true); }
    [[nodiscard]] bool isOpen() const override { return true; }
    void letGo() override;
    /// Nothing more comes.
    void finish();
    [[nodiscard]] bool isFinished() const;
    /// Finished, and read to the end.
    [[nodiscard]] bool isDelivered() const;
    [[nodiscard]] bool hasReader() const;
    /// Whether a reader who begins after this event misses nothing that must not be lost.
    [[nodiscard]] bool keepsAllAfter(qint64 number) const;
    [[nodiscard]] qsizetype bytes() const;
    /// Of streams with the same totals the first to be finished has the smallest; 0: it is not.
    [[nodiscard]] quint64 turnOfFinish() const;

    /// Whoever reads now: another one takes his place. Made and used on one thread with an event loop.
    class Reader
    {
    public:
        /// Begins after this event.
        Reader(std::shared_ptr<EventStream> stream, qint64 after);
        Reader(const Reader &) = delete;
        Reader &operator=(const Reader &) = delete;
        ~Reader();

        struct Batch {
            std::vector<Event> events;
            bool isOver = false;   ///< no more for this reader
            bool isBroken = false; ///< and what was to come is lost
        };
        static constexpr qsizetype largestBatch = 256 * 1024; ///< bytes, if it is more than one event

        /// What has come since the last call, or the first of it.
        [[nodiscard]] Batch take();
        /// Ends when there is something to take, after `limit`, or as the context says.
        [[nodiscard]] Task<void> wait(std::chrono::milliseconds limit, RequestContext context);

    private:
        [[nodiscard]] bool hasNews() const; // under the lock

        const std::shared_ptr<EventStream> m_stream;
        quint64 m_turn = 0;
        qint64 m_position;
    };

    /// The event that came last; 0: none yet.
    [[nodiscard]] qint64 last() const;

private:
    [[nodiscard]] std::function<void()> change(const std::function<void()> &edit);
    void add(QByteArray message, bool mayBeLost);
    // Under the lock:
    void makeRoom();
    std::deque<Event>::iterator forget(std::deque<Event>::iterator event);
    void finishNow();

    const quint64 m_number;
    const std::shared_ptr<StreamTotals> m_totals;
    mutable std::mutex m_mutex;
    std::deque<Event> m_events; // guarded by m_mutex, as all below
    qsizetype m_bytes = 0;
    qint64 m_last = 0;
    qint64 m_taken = 0; // the last event that any reader has had
    qint64 m_lost = 0;  // the last of those forgotten that must not be lost
    int m_readers = 0;
    quint64 m_turn = 0; // of the present reader
    std::function<void()> m_wake; // the present reader, if he waits
    bool m_isFinished = false;
    bool m_isBroken = false;
    quint64 m_turnOfFinish = 0;
};

}
