// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/eventloop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace moe::bench {

Descriptor &Descriptor::operator=(Descriptor &&other) noexcept
{
    if (this != &other) {
        reset();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

void Descriptor::reset()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

EventLoop::EventLoop() : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!m_epoll.isValid())
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void EventLoop::insert(std::unique_ptr<Watcher> watcher, std::uint32_t events)
{
    watcher->m_id = ++m_lastId;
    epoll_event event{.events = events, .data = {.u64 = watcher->m_id}};
    if (::epoll_ctl(m_epoll.value(), EPOLL_CTL_ADD, watcher->descriptor(), &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    m_watchers.emplace(m_lastId, std::move(watcher));
}

void EventLoop::setEvents(const Watcher &watcher, std::uint32_t events)
{
    epoll_event event{.events = events, .data = {.u64 = watcher.m_id}};
    ::epoll_ctl(m_epoll.value(), EPOLL_CTL_MOD, watcher.descriptor(), &event);
}

void EventLoop::remove(const Watcher &watcher)
{
    auto node = m_watchers.extract(watcher.m_id);
    if (node.empty())
        return;
    ::epoll_ctl(m_epoll.value(), EPOLL_CTL_DEL, watcher.descriptor(), nullptr);
    m_removed.push_back(std::move(node.mapped()));
}

void EventLoop::wakeAt(const Watcher &watcher, TimePoint when) { m_timers.emplace(when, watcher.m_id); }

bool EventLoop::runUntil(TimePoint deadline)
{
    m_isStopped = false;
    while (!m_isStopped && SteadyClock::now() < deadline)
        turn(deadline);
    return m_isStopped;
}

void EventLoop::turn(TimePoint deadline)
{
    const TimePoint until = m_timers.empty() ? deadline : std::min(deadline, m_timers.top().first);
    const auto wait = std::chrono::nanoseconds(std::max(until - SteadyClock::now(), SteadyClock::duration::zero()));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};

    std::array<epoll_event, 256> events;
    const int count = ::epoll_pwait2(m_epoll.value(), events.data(), events.size(), &timeout, nullptr);
    if (count < 0 && errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
    for (int i = 0; i < count; ++i) {
        if (Watcher *watcher = find(events[i].data.u64))
            watcher->ready(events[i].events);
    }
    fireTimers();
    m_removed.clear();
}

void EventLoop::fireTimers()
{
    const TimePoint now = SteadyClock::now();
    while (!m_timers.empty() && m_timers.top().first <= now) {
        Watcher *watcher = find(m_timers.top().second);
        m_timers.pop();
        if (watcher)
            watcher->wake();
    }
}

Watcher *EventLoop::find(std::uint64_t id) const
{
    const auto found = m_watchers.find(id);
    return found == m_watchers.end() ? nullptr : found->second.get();
}

void prepareProcess()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::signal(SIGPIPE, SIG_IGN);
}

}
