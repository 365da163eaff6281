// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/completion.h"
#include "shared/async/mailbox.h"

#include <QCoro/QCoroTask>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <type_traits>

namespace moe {

/// Runs `work` on a thread of the global pool and resumes on the caller's loop with its value: for what would hold an
/// event loop for more than about a millisecond. `work` touches nothing that the caller may change meanwhile, and does
/// not throw.
template <typename T>
[[nodiscard]] QCoro::Task<T> offload(std::function<T()> work)
{
    const Completion<T> done;
    const auto mailbox = Mailbox::current();
    QThreadPool::globalInstance()->start([mailbox, done, run = std::move(work)] {
        // Shared, because a mailbox's work has to be copyable. `done` itself is only touched on its own thread.
        auto value = std::make_shared<T>(run());
        mailbox->post([done, value] { done.complete(std::move(*value)); });
    });
    co_return co_await done;
}

/// What has up to so many bytes is looked through where it is: that takes less than a millisecond.
inline constexpr qsizetype inlineParseBytes = 1024 * 1024;

/// Runs `work`, which looks through that many bytes: at once if they are few, else as offload() does.
template <typename Work>
[[nodiscard]] QCoro::Task<std::invoke_result_t<Work>> offloadIfLarge(qsizetype bytes, Work work)
{
    if (bytes <= inlineParseBytes)
        co_return work();
    co_return co_await offload<std::invoke_result_t<Work>>(std::move(work));
}

}
