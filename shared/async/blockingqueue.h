// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace moe {

/// A bounded queue between event loops, which never wait, and threads that do. For any thread.
template <typename T>
class BlockingQueue
{
public:
    enum class Push { Done, Full, Closed };

    /// At most `limit` items wait.
    explicit BlockingQueue(std::size_t limit) : m_limit(limit) { }

    [[nodiscard]] Push push(T item)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_isClosed)
                return Push::Closed;
            if (m_items.size() >= m_limit)
                return Push::Full;
            m_items.push_back(std::move(item));
        }
        m_changed.notify_one();
        return Push::Done;
    }

    /// Waits for an item; nothing once the queue is closed and empty.
    [[nodiscard]] std::optional<T> pop()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isClosed || !m_items.empty(); });
        if (m_items.empty())
            return {};
        std::optional<T> item(std::move(m_items.front()));
        m_items.pop_front();
        return item;
    }

    /// False if somebody else has it already.
    bool remove(const T &item)
    {
        const std::lock_guard lock(m_mutex);
        return std::erase(m_items, item) > 0;
    }

    /// Takes no more items; those that wait are still handed out.
    void close()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isClosed = true;
        }
        m_changed.notify_all();
    }

    /// All that wait, for the caller instead of the threads.
    [[nodiscard]] std::deque<T> takeAll()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_items, {});
    }

private:
    const std::size_t m_limit;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<T> m_items;   // guarded by m_mutex
    bool m_isClosed = false; // guarded by m_mutex
};

}
