// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>

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

    /// One JSON-RPC message that the client waits for: an answer.
    virtual void send(QByteArray message) = 0;
    /// One that it does not wait for: a notification, a request of ours.
    virtual void tell(QByteArray message) { send(std::move(message)); }
    /// Whether requests of ours reach the client.
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Lets whoever reads go; he may come back for the rest.
    virtual void letGo() { }
};

/// Messages to a client in order, of which the latest are kept, so that one whose connection was cut goes on where it
/// stopped. Written and read on any threads; one reads at a time.
class EventStream final : public Outlet
{
public:
    static constexpr std::size_t mostKept = 256;
    static constexpr qsizetype mostBytesKept = 1024 * 1024;

    struct Event {
        qint64 number = 0; ///< grows by one
        QByteArray message;
    };

    explicit EventStream(quint64 number) : m_number(number) { }

    /// Of the stream in its session.
    [[nodiscard]] quint64 number() const { return m_number; }

    void send(QByteArray message) override;
    [[nodiscard]] bool isOpen() const override { return true; }
    void letGo() override;
    /// Nothing more comes.
    void finish();
    [[nodiscard]] bool isFinished() const;
    [[nodiscard]] qsizetype bytes() const;

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
            bool isOver = false; ///< no more for this reader
        };
        /// What has come since the last call.
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

    const quint64 m_number;
    mutable std::mutex m_mutex;
    std::deque<Event> m_events; // guarded by m_mutex, as all below
    qsizetype m_bytes = 0;
    qint64 m_last = 0;
    quint64 m_turn = 0; // of the present reader
    std::function<void()> m_wake; // the present reader, if he waits
    bool m_isFinished = false;
};

}
