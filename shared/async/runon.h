// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/completion.h"
#include "shared/async/mailbox.h"
#include "shared/async/task.h"
#include "shared/async/taskscope.h"

#include <functional>

namespace moe {

/// Another thread's event loop, as a place where coroutines can be run. Made on that thread and handed to others; its
/// scope, which joins what was begun here, outlives the last task.
class LoopHandle
{
public:
    explicit LoopHandle(TaskScope &scope) : m_mailbox(Mailbox::current()), m_scope(&scope) { }

    /// Runs the coroutine that `begin` starts on the other loop and resumes on the caller's with its result.
    /// Unavailable if the other loop is gone already. The task there is never given up: what it waits for must honour
    /// a context of its own, and the other loop must run until it has ended.
    template <typename T>
    [[nodiscard]] Task<T> run(std::function<Task<T>()> begin) const
    {
        const Completion<std::shared_ptr<Result<T>>> done;
        const bool isPosted
            = m_mailbox->post([scope = m_scope, begin = std::move(begin), done, caller = Mailbox::current()]() mutable {
                  scope->spawn(deliver<T>(std::move(begin), done, std::move(caller)));
              });
        if (!isPosted)
            co_return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The service is stopping.")));
        const std::shared_ptr<Result<T>> result = co_await done;
        co_return std::move(*result);
    }

private:
    template <typename T>
    static QCoro::Task<> deliver(std::function<Task<T>()> begin, Completion<std::shared_ptr<Result<T>>> done,
                                 std::shared_ptr<Mailbox> caller)
    {
        auto result
            = std::make_shared<Result<T>>(failure(Error::internal(QStringLiteral("The service made a mistake."))));
        try {
            *result = co_await begin();
        } catch (...) { // whoever waits must hear of an end
            qCritical("A task on another loop ended with an exception");
        }
        // The completion belongs to the caller's thread, and so does its last reference.
        caller->post(
            [done = std::move(done), result = std::move(result)]() mutable { done.complete(std::move(result)); });
    }

    std::shared_ptr<Mailbox> m_mailbox;
    TaskScope *m_scope;
};

}
