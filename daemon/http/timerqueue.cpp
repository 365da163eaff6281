// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/timerqueue.h"

#include <QCoreApplication>
#include <QTimerEvent>

namespace moe::http {

void TimerQueue::add(Qt::TimerId id, Duration interval, Qt::TimerType type, QObject *object, TimePoint now)
{
    const TimePoint due = now + interval;
    m_timers.insert(id, Timer{object, interval, due, type, ++m_serial, false});
    m_byObject.insert(object, id);
    m_due.emplace(due, id);
}

void TimerQueue::unqueue(Qt::TimerId id, TimePoint due)
{
    const auto [begin, end] = m_due.equal_range(due);
    for (auto it = begin; it != end; ++it) {
        if (it->second == id) {
            m_due.erase(it);
            return;
        }
    }
}

bool TimerQueue::remove(Qt::TimerId id)
{
    const auto it = m_timers.constFind(id);
    if (it == m_timers.cend())
        return false;
    unqueue(id, it->due);
    m_byObject.remove(it->object, id);
    m_timers.erase(it);
    return true;
}

bool TimerQueue::removeAll(QObject *object)
{
    const QList<Qt::TimerId> ids = m_byObject.values(object);
    for (const Qt::TimerId id : ids)
        remove(id);
    return !ids.isEmpty();
}

QList<QAbstractEventDispatcher::TimerInfoV2> TimerQueue::of(QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfoV2> infos;
    for (auto it = m_byObject.constFind(object); it != m_byObject.cend() && it.key() == object; ++it) {
        const Timer &timer = *m_timers.constFind(*it);
        infos.append({timer.interval, *it, timer.type});
    }
    return infos;
}

TimerQueue::Duration TimerQueue::remaining(Qt::TimerId id, TimePoint now) const
{
    const auto it = m_timers.constFind(id);
    if (it == m_timers.cend())
        return Duration(-1);
    return std::max(Duration(it->due - now), Duration(0));
}

std::optional<TimerQueue::TimePoint> TimerQueue::earliest() const
{
    if (m_due.empty())
        return {};
    return m_due.begin()->first;
}

bool TimerQueue::fire(TimePoint now)
{
    // Picked first: what a handler starts or restarts waits for the next turn, so a 0 ms timer cannot hold the loop.
    QVarLengthArray<std::pair<Qt::TimerId, quint64>, 32> ready;
    for (auto it = m_due.cbegin(); it != m_due.cend() && it->first <= now; ++it)
        ready.append({it->second, m_timers.constFind(it->second)->serial});

    bool hasFired = false;
    for (const auto &[id, serial] : ready) {
        auto it = m_timers.find(id);
        if (it == m_timers.end() || it->serial != serial || it->isFiring)
            continue;
        unqueue(id, it->due);
        it->due = std::max(it->due + it->interval, now);
        m_due.emplace(it->due, id);
        it->isFiring = true; // a nested loop does not enter the same timer again
        QTimerEvent event(id);
        QCoreApplication::sendEvent(it->object, &event);
        hasFired = true;
        it = m_timers.find(id);
        if (it != m_timers.end() && it->serial == serial)
            it->isFiring = false;
    }
    return hasFired;
}

}
