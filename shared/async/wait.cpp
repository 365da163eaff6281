// SPDX-License-Identifier: Apache-2.0
#include "shared/async/wait.h"
#include "shared/async/completion.h"

namespace moe {

StopWatcher::StopWatcher(std::stop_token stop, std::function<void()> action)
    : m_action(std::make_shared<std::function<void()>>(std::move(action)))
    , m_callback(std::move(stop), Post{Mailbox::current(), m_action})
{ }

StopWatcher::~StopWatcher() { *m_action = nullptr; }

void StopWatcher::Post::operator()()
{
    mailbox->post([held = action] {
        // A copy, because the action may destroy the watcher that owns it.
        if (const auto run = *held)
            run();
    });
}

ContextWatcher::ContextWatcher(const RequestContext &context, QString lateMessage,
                               const std::function<void(Error)> &giveUp)
    : m_stop(context.stop, [giveUp] { giveUp(Error::cancelled()); })
{
    if (context.deadline == Clock::Steady::max())
        return;
    m_deadline.setSingleShot(true);
    m_deadline.callOnTimeout(&m_deadline,
                             [giveUp, lateMessage = std::move(lateMessage)] { giveUp(Error::timeout(lateMessage)); });
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - std::chrono::steady_clock::now());
    m_deadline.start(std::max(left, std::chrono::milliseconds(0)));
}

Task<void> sleepFor(std::chrono::milliseconds duration, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    const auto now = std::chrono::steady_clock::now();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - now);
    const bool endsByDeadline = context.deadline != Clock::Steady::max() && left < duration;

    Completion<Result<void>> done;
    QTimer timer;
    timer.setSingleShot(true);
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, &timer, [done, endsByDeadline] {
        if (endsByDeadline)
            done.complete(failure(Error::timeout(QStringLiteral("The request's deadline passed."))));
        else
            done.complete({});
    });
    timer.start(endsByDeadline ? std::max(left, std::chrono::milliseconds(0)) : duration);
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    co_return co_await done;
}

}
