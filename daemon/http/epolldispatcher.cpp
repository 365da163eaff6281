// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/epolldispatcher.h"

#include "daemon/telemetry/log.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <array>
#include <cerrno>
#include <climits>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace moe::http {

namespace {

constexpr int eventsPerTurn = 256;

quint64 pack(int descriptor, quint32 generation) { return quint64(generation) << 32 | quint32(descriptor); }

void sendActivation(QSocketNotifier *notifier)
{
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(notifier, &event);
}

}

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcherV2(parent)
    , m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_wakeDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_epoll < 0 || m_wakeDescriptor < 0)
        qFatal("The event loop could not get its descriptors: is the limit of open files far too low?");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = pack(m_wakeDescriptor, 0);
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeDescriptor, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    close(m_wakeDescriptor);
    close(m_epoll);
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    const bool wasInterrupted = m_isInterrupted.exchange(false); // its wake-up is about to be forgotten
    Q_EMIT awake();
    m_isWakeRequested.store(false); // whatever was posted before is delivered now
    QCoreApplication::sendPostedEvents();

    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !wasInterrupted && !m_isInterrupted.load();
    bool hasWorked = false;
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers)) {
        applyChanges();
        std::array<epoll_event, eventsPerTurn> events;
        const int count = wait(mayWait, events.data(), eventsPerTurn);
        for (int i = 0; i < count; ++i)
            hasWorked = dispatch(events[size_t(i)]) || hasWorked;
    }
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers) && !m_timers.isEmpty())
        hasWorked = m_timers.fire(std::chrono::steady_clock::now()) || hasWorked;
    return hasWorked;
}

int EpollDispatcher::waitTime(bool mayWait) const
{
    if (!mayWait)
        return 0;
    const auto due = m_timers.earliest();
    if (!due)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - std::chrono::steady_clock::now()).count();
    return int(std::clamp<qint64>(left, 0, INT_MAX));
}

int EpollDispatcher::wait(bool mayWait, epoll_event *events, int capacity)
{
    int timeout = waitTime(mayWait);
    if (timeout != 0) {
        // Announced before looking: a wakeUp() between the two either is seen here or sees us asleep and writes.
        m_isSleeping.store(true);
        if (m_isWakeRequested.load())
            timeout = 0;
        else
            Q_EMIT aboutToBlock();
    }
    int count = 0;
    do {
        count = epoll_wait(m_epoll, events, capacity, timeout);
    } while (count < 0 && errno == EINTR && timeout < 0 && !m_isInterrupted.load());
    m_isSleeping.store(false);
    if (timeout != 0)
        Q_EMIT awake();
    return std::max(count, 0);
}

bool EpollDispatcher::dispatch(const epoll_event &event)
{
    const int descriptor = int(quint32(event.data.u64));
    if (descriptor == m_wakeDescriptor) {
        quint64 counter = 0;
        (void)!read(m_wakeDescriptor, &counter, sizeof counter);
        return true; // the posted events are delivered at the start of the next turn
    }
    const quint32 generation = quint32(event.data.u64 >> 32);
    // Looked up again before each of the three: a handler may have removed or replaced the others.
    const auto current = [this, descriptor, generation](QSocketNotifier *Watched::*which) -> QSocketNotifier * {
        const Watched &watched = m_watched[size_t(descriptor)];
        return watched.generation == generation ? watched.*which : nullptr;
    };
    constexpr quint32 failed = EPOLLHUP | EPOLLERR;
    bool hasSent = false;
    if (event.events & (EPOLLIN | failed)) {
        if (QSocketNotifier *const notifier = current(&Watched::read)) {
            sendActivation(notifier);
            hasSent = true;
        }
    }
    if (event.events & (EPOLLOUT | failed)) {
        if (QSocketNotifier *const notifier = current(&Watched::write)) {
            sendActivation(notifier);
            hasSent = true;
        }
    }
    if (event.events & EPOLLPRI) {
        if (QSocketNotifier *const notifier = current(&Watched::exception)) {
            sendActivation(notifier);
            hasSent = true;
        }
    }
    return hasSent;
}

QSocketNotifier **EpollDispatcher::slotFor(QSocketNotifier *notifier)
{
    const auto descriptor = size_t(notifier->socket());
    if (descriptor >= m_watched.size())
        m_watched.resize(std::max(descriptor + 1, m_watched.size() * 2));
    Watched &watched = m_watched[descriptor];
    switch (notifier->type()) {
    case QSocketNotifier::Read: return &watched.read;
    case QSocketNotifier::Write: return &watched.write;
    case QSocketNotifier::Exception: return &watched.exception;
    }
    Q_UNREACHABLE_RETURN(nullptr);
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    *slotFor(notifier) = notifier;
    markChanged(int(notifier->socket()));
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    QSocketNotifier **const slot = slotFor(notifier);
    if (*slot != notifier)
        return;
    *slot = nullptr;
    const int descriptor = int(notifier->socket());
    Watched &watched = m_watched[size_t(descriptor)];
    if (!watched.read && !watched.write && !watched.exception) {
        ++watched.generation;
        watched.mayBeReused = true;
    }
    markChanged(descriptor);
}

void EpollDispatcher::markChanged(int descriptor)
{
    Watched &watched = m_watched[size_t(descriptor)];
    if (!std::exchange(watched.isChanged, true))
        m_changed.push_back(descriptor);
}

void EpollDispatcher::applyChanges()
{
    for (const int descriptor : m_changed)
        apply(descriptor, m_watched[size_t(descriptor)]);
    m_changed.clear();
}

void EpollDispatcher::apply(int descriptor, Watched &watched)
{
    watched.isChanged = false;
    const quint32 wanted = (watched.read ? quint32(EPOLLIN) : 0) | (watched.write ? quint32(EPOLLOUT) : 0)
        | (watched.exception ? quint32(EPOLLPRI) : 0);
    // Once nobody watched it, the number may stand for another socket, which the kernel does not know yet.
    const bool mayBeReused = std::exchange(watched.mayBeReused, false);
    if (wanted == watched.applied && !mayBeReused)
        return;
    epoll_event event{};
    event.events = wanted;
    event.data.u64 = pack(descriptor, watched.generation);
    const auto tell = [&](int operation) { return epoll_ctl(m_epoll, operation, descriptor, &event) == 0; };
    if (wanted == 0) {
        tell(EPOLL_CTL_DEL); // fails if it is closed already, which is as good
        watched.applied = 0;
        return;
    }
    const bool isApplied = (watched.applied != 0 && tell(EPOLL_CTL_MOD)) || tell(EPOLL_CTL_ADD)
        || (errno == EEXIST && tell(EPOLL_CTL_MOD));
    watched.applied = isApplied ? wanted : 0;
    if (!isApplied && !std::exchange(m_hasFailed, true))
        MOE_LOG(Http, Error, "", "A descriptor cannot be watched", {"error", qt_error_string()});
}

void EpollDispatcher::registerTimer(Qt::TimerId id, Duration interval, Qt::TimerType type, QObject *object)
{
    m_timers.add(id, interval, type, object, std::chrono::steady_clock::now());
}

bool EpollDispatcher::unregisterTimer(Qt::TimerId id) { return m_timers.remove(id); }

bool EpollDispatcher::unregisterTimers(QObject *object) { return m_timers.removeAll(object); }

QList<QAbstractEventDispatcher::TimerInfoV2> EpollDispatcher::timersForObject(QObject *object) const
{
    return m_timers.of(object);
}

QAbstractEventDispatcher::Duration EpollDispatcher::remainingTime(Qt::TimerId id) const
{
    return m_timers.remaining(id, std::chrono::steady_clock::now());
}

void EpollDispatcher::wakeUp()
{
    m_isWakeRequested.store(true);
    if (m_isSleeping.load()) {
        const quint64 one = 1;
        (void)!write(m_wakeDescriptor, &one, sizeof one);
    }
}

void EpollDispatcher::interrupt()
{
    m_isInterrupted.store(true);
    wakeUp();
}

}
