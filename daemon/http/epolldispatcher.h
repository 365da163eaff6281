// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/timerqueue.h"

#include <QAbstractEventDispatcher>

#include <atomic>
#include <vector>

struct epoll_event;

namespace moe::http {

/// An event dispatcher whose turn costs the same however many idle descriptors it watches. Qt's own dispatchers on
/// Unix poll every descriptor on every turn. Belongs to one thread; wakeUp() and interrupt() may come from any.
class EpollDispatcher final : public QAbstractEventDispatcherV2
{
    Q_OBJECT

public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(Qt::TimerId id, Duration interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(Qt::TimerId id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfoV2> timersForObject(QObject *object) const override;
    Duration remainingTime(Qt::TimerId id) const override;

    void wakeUp() override;
    void interrupt() override;

private:
    struct Watched {
        QSocketNotifier *read = nullptr;
        QSocketNotifier *write = nullptr;
        QSocketNotifier *exception = nullptr;
        quint32 applied = 0;     // what the kernel was told
        quint32 generation = 0;  // changes when nobody watches any more: the descriptor may then be closed and reused
        bool isChanged = false;  // queued in m_changed
        bool mayBeReused = false;
    };

    QSocketNotifier **slotFor(QSocketNotifier *notifier);
    void applyChanges();
    void apply(int descriptor, Watched &watched);
    [[nodiscard]] int waitTime(bool mayWait) const;
    int wait(bool mayWait, epoll_event *events, int capacity);
    bool dispatch(const epoll_event &event);
    void markChanged(int descriptor);

    int m_epoll = -1;
    int m_wakeDescriptor = -1;
    std::vector<Watched> m_watched; // index: descriptor
    std::vector<int> m_changed;
    TimerQueue m_timers;
    bool m_hasFailed = false; // to watch a descriptor, which is logged once
    std::atomic<bool> m_isWakeRequested = false;
    std::atomic<bool> m_isSleeping = false;
    std::atomic<bool> m_isInterrupted = false;
};

}
