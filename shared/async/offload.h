// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/mailbox.h"

#include <QThreadPool>

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace moe {

/// What has up to so many bytes is looked through where it is: that takes less than a millisecond.
inline constexpr qsizetype inlineParseBytes = 1024 * 1024;

/// Awaitable; made by offloadIfLarge().
template <typename Work>
class [[nodiscard]] Offload
{
public:
    using Value = std::invoke_result_t<Work>;

    Offload(Work work, bool isInline) : m_work(std::move(work)), m_isInline(isInline) { }

    [[nodiscard]] bool await_ready() const noexcept { return m_isInline; }
    void await_suspend(std::coroutine_handle<> waiter)
    {
        QThreadPool::globalInstance()->start([this, waiter, mailbox = Mailbox::current()] {
            m_value.emplace(m_work());
            mailbox->post([waiter] { waiter.resume(); });
        });
    }
    Value await_resume() { return m_isInline ? m_work() : *std::move(m_value); }

private:
    Work m_work;
    const bool m_isInline;
    std::optional<Value> m_value; // written by the pool's thread, read after the mailbox's hand-over
};

/// Runs `work`, which looks through that many bytes: at once if they are few, else on a thread of the global pool,
/// resuming on the caller's loop with its value. What `work` refers to must be the awaiting coroutine's own, which
/// leaves it alone meanwhile; it does not throw.
template <typename Work>
Offload<Work> offloadIfLarge(qsizetype bytes, Work work)
{
    return {std::move(work), bytes <= inlineParseBytes};
}

/// The same, on the pool in any case.
template <typename Work>
Offload<Work> offload(Work work)
{
    return {std::move(work), false};
}

}
