// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace moe::bench {

using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;

/// Owns a file descriptor.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) { }
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) { }
    Descriptor &operator=(Descriptor &&other) noexcept;
    ~Descriptor() { reset(); }

    int value() const { return m_fd; }
    bool isValid() const { return m_fd >= 0; }
    void reset();

private:
    int m_fd = -1;
};

/// Something with a descriptor that waits in an EventLoop, which owns it.
class Watcher
{
public:
    Watcher(const Watcher &) = delete;
    Watcher &operator=(const Watcher &) = delete;
    virtual ~Watcher() = default;

    virtual int descriptor() const = 0;
    /// The descriptor is ready; `events` as of epoll.
    virtual void ready(std::uint32_t events) = 0;
    /// A time asked for with EventLoop::wakeAt() has come.
    virtual void wake() { }

    /// Names the watcher for as long as it is in its loop; never used twice.
    std::uint64_t id() const { return m_id; }

protected:
    Watcher() = default;

private:
    friend class EventLoop;
    std::uint64_t m_id = 0;
};

/// Plain epoll with timers: the programs of the benchmark must cost as little as possible beside what they measure.
class EventLoop
{
public:
    EventLoop();

    /// Takes the watcher over and returns it.
    template <typename W>
    W *add(std::unique_ptr<W> watcher, std::uint32_t events)
    {
        W *added = watcher.get();
        insert(std::move(watcher), events);
        return added;
    }
    void setEvents(const Watcher &watcher, std::uint32_t events);
    /// The watcher hears nothing any more; it is destroyed when the current turn is over.
    void remove(const Watcher &watcher);
    void wakeAt(const Watcher &watcher, TimePoint when);

    /// Runs until stop() or the deadline; false when the deadline came first.
    bool runUntil(TimePoint deadline);
    void stop() { m_isStopped = true; }

private:
    using Timer = std::pair<TimePoint, std::uint64_t>;

    void insert(std::unique_ptr<Watcher> watcher, std::uint32_t events);
    void turn(TimePoint deadline);
    void fireTimers();
    Watcher *find(std::uint64_t id) const;

    Descriptor m_epoll;
    std::unordered_map<std::uint64_t, std::unique_ptr<Watcher>> m_watchers;
    std::vector<std::unique_ptr<Watcher>> m_removed;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> m_timers;
    std::uint64_t m_lastId = 0;
    bool m_isStopped = false;
};

/// Prepares the process: every descriptor the system allows, precise timers, gone when its parent is gone.
void prepareProcess();

}
