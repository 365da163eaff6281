// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <coroutine>
#include <deque>
#include <optional>
#include <utility>

namespace moe {

/// A queue between one producer's callbacks and one consuming coroutine on the same thread. The producer ends it with
/// finish() or fail(); the producer is also who watches deadlines and stop tokens, so next() always ends.
/// push(), finish() and fail() resume the consumer at once, on the caller's stack.
template <typename T>
class Channel
{
public:
    Channel() = default;
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    void push(T item)
    {
        if (m_isEnded)
            return;
        m_items.push_back(std::move(item));
        wake();
    }
    void finish()
    {
        m_isEnded = true;
        wake();
    }
    /// What is queued already is still delivered, then the error.
    void fail(Error error)
    {
        if (m_isEnded)
            return;
        m_error = std::move(error);
        m_isEnded = true;
        wake();
    }
    [[nodiscard]] bool isEnded() const { return m_isEnded; }
    [[nodiscard]] std::size_t size() const { return m_items.size(); }

    /// What next() returns: nothing at the end, or the error.
    class Awaiter
    {
    public:
        explicit Awaiter(Channel *channel) : m_channel(channel) { }

        [[nodiscard]] bool await_ready() const noexcept { return !m_channel->m_items.empty() || m_channel->m_isEnded; }
        void await_suspend(std::coroutine_handle<> handle) noexcept { m_channel->m_waiter = handle; }
        Result<std::optional<T>> await_resume()
        {
            if (!m_channel->m_items.empty()) {
                std::optional<T> item(std::move(m_channel->m_items.front()));
                m_channel->m_items.pop_front();
                return item;
            }
            if (m_channel->m_error)
                return std::unexpected(*m_channel->m_error);
            return std::optional<T>();
        }

    private:
        Channel *m_channel;
    };

    /// Awaitable: the next item, nothing at the end, or the error. One consumer at a time.
    [[nodiscard]] Awaiter next() { return Awaiter(this); }

private:
    void wake()
    {
        if (const auto waiter = std::exchange(m_waiter, nullptr))
            waiter.resume(); // may destroy this channel
    }

    std::deque<T> m_items;
    std::optional<Error> m_error;
    std::coroutine_handle<> m_waiter;
    bool m_isEnded = false;
};

}
