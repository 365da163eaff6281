// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/mailbox.h"
#include "shared/async/task.h"

#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace moe {

/// Suspends for `duration`, or until the context's stop token or deadline ends it (Cancelled, Timeout).
[[nodiscard]] Task<void> sleepFor(std::chrono::milliseconds duration, RequestContext context);

/// Waits for all of them and returns their results in order. The tasks run already; this never leaves one behind.
template <typename T>
[[nodiscard]] QCoro::Task<std::vector<Result<T>>> whenAll(std::vector<Task<T>> tasks)
{
    std::vector<Result<T>> results;
    results.reserve(tasks.size());
    for (Task<T> &task : tasks)
        results.push_back(co_await task);
    co_return results;
}

/// A stop source that also stops when its parent does. Destroying it does not request stop.
class LinkedStop
{
public:
    explicit LinkedStop(std::stop_token parent) : m_link(std::move(parent), Forward{m_source}) { }
    LinkedStop(const LinkedStop &) = delete;
    LinkedStop &operator=(const LinkedStop &) = delete;

    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }
    void requestStop() { m_source.request_stop(); }

private:
    struct Forward {
        std::stop_source source;
        void operator()() { source.request_stop(); }
    };
    std::stop_source m_source;
    std::stop_callback<Forward> m_link;
};

/// Calls `action` on the calling thread's loop once `stop` is requested, from whatever thread; never from inside
/// request_stop() itself. Not after this object is gone.
class StopWatcher
{
public:
    StopWatcher(std::stop_token stop, std::function<void()> action);
    StopWatcher(const StopWatcher &) = delete;
    StopWatcher &operator=(const StopWatcher &) = delete;
    ~StopWatcher();

private:
    struct Post {
        std::shared_ptr<Mailbox> mailbox;
        std::shared_ptr<std::function<void()>> action; // emptied by the destructor, on the loop's thread
        void operator()();
    };
    std::shared_ptr<std::function<void()>> m_action;
    std::stop_callback<Post> m_callback;
};

/// Calls `giveUp` on the calling thread's loop once the context ends: with Cancelled if it is stopped, with Timeout and
/// `lateMessage` at its deadline. Never from inside request_stop() itself, and not after this object is gone.
class ContextWatcher
{
public:
    ContextWatcher(const RequestContext &context, QString lateMessage, const std::function<void(Error)> &giveUp);

private:
    StopWatcher m_stop;
    QTimer m_deadline;
};

/// Runs `body` with a context that is stopped after `limit`. The body is always joined; if it ended as Cancelled
/// because of the limit, the result is Timeout with `message`.
template <typename T>
[[nodiscard]] Task<T> withTimeout(RequestContext context, std::chrono::milliseconds limit, QString message,
                                  std::function<Task<T>(RequestContext)> body)
{
    LinkedStop stop(context.stop);
    bool isExpired = false;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&stop, &isExpired] {
        isExpired = true;
        stop.requestStop();
    });
    timer.start(limit);
    Result<T> result = co_await body(context.withStop(stop.token()));
    if (!result && result.error().code == ErrorCode::Cancelled && isExpired)
        co_return failure(Error::timeout(std::move(message)));
    co_return result;
}

}
