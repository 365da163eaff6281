// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractEventDispatcher>
#include <QHash>

#include <chrono>
#include <map>

namespace moe::http {

/// The timers of one event loop, ordered by when they are due. Single thread.
class TimerQueue
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = QAbstractEventDispatcher::Duration;

    void add(Qt::TimerId id, Duration interval, Qt::TimerType type, QObject *object, TimePoint now);
    bool remove(Qt::TimerId id);
    bool removeAll(QObject *object);

    [[nodiscard]] QList<QAbstractEventDispatcher::TimerInfoV2> of(QObject *object) const;
    /// Time until `id` is due, never negative; -1 ns if there is no such timer.
    [[nodiscard]] Duration remaining(Qt::TimerId id, TimePoint now) const;
    /// When the earliest timer is due, if there is one.
    [[nodiscard]] std::optional<TimePoint> earliest() const;
    [[nodiscard]] bool isEmpty() const { return m_timers.isEmpty(); }

    /// Sends the events of all timers due at `now`, each at most once. Returns whether any was sent.
    bool fire(TimePoint now);

private:
    struct Timer {
        QObject *object;
        Duration interval;
        TimePoint due;
        Qt::TimerType type;
        quint64 serial;   // tells a timer from a later one that got the same id
        bool isFiring;
    };
    using Due = std::multimap<TimePoint, Qt::TimerId>;

    void unqueue(Qt::TimerId id, TimePoint due);

    QHash<Qt::TimerId, Timer> m_timers;
    QMultiHash<QObject *, Qt::TimerId> m_byObject;
    Due m_due;
    quint64 m_serial = 0;
};

}
