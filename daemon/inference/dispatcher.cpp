// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/dispatcher.h"
#include "shared/async/completion.h"
#include "shared/async/mailbox.h"
#include "shared/async/wait.h"

#include <QHash>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <mutex>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

/// A call in the queue, as its own thread sees it.
struct Waiting {
    Ticket ticket;
    Completion<Result<Lease>> answer;
};

}

/// What leases and waiting calls hold on to.
class Dispatcher::Core final : public GrantKeeper, public std::enable_shared_from_this<Core>
{
public:
    Core(const Clock &clock, SchedulerSettings settings) : m_clock(clock), m_settings(settings), m_scheduler(settings)
    { }

    [[nodiscard]] std::expected<Lease, std::variant<Error, Waiting>> submit(LeaseRequest request);
    void cancel(Ticket ticket)
    {
        change([&](Clock::Steady now) {
            m_waiting.remove(ticket);
            (void)m_scheduler.cancel(ticket, now);
        });
    }
    void review()
    {
        change([&](Clock::Steady now) { m_scheduler.review(now); });
    }
    void takeBack(Grant grant, LeaseOutcome outcome) override
    {
        change([&](Clock::Steady now) { m_scheduler.release(grant, outcome, now); });
    }
    void publish(ServerSnapshot servers)
    {
        m_servers.store(servers);
        change([&](Clock::Steady now) { m_scheduler.publish(std::move(servers), now); });
    }
    [[nodiscard]] ServerSnapshot servers() const { return m_servers.load(); }
    [[nodiscard]] SchedulerStats stats() const
    {
        const std::lock_guard lock(m_mutex);
        return m_scheduler.stats(m_clock.steady());
    }

    /// How long a waiting call may sleep until it has to look at the time again.
    [[nodiscard]] std::chrono::milliseconds pause(Clock::Steady deadline) const
    {
        if (deadline == Clock::Steady::max())
            return m_settings.reviewInterval;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - m_clock.steady());
        return std::clamp(left, std::chrono::milliseconds(0), m_settings.reviewInterval);
    }
    [[nodiscard]] bool isPast(Clock::Steady deadline) const
    {
        return deadline != Clock::Steady::max() && m_clock.steady() >= deadline;
    }

private:
    struct Waiter {
        std::shared_ptr<Mailbox> mailbox;
        Completion<Result<Lease>> answer;
        Clock::Steady since;
    };
    struct Delivery {
        Waiter waiter;
        Result<Lease> result;
    };

    // Runs one event under the lock and hands out what it decided after it. A lease that nobody can take any more is
    // given back on the way, which must not happen under the lock.
    template <typename Event>
    void change(Event event)
    {
        std::vector<Delivery> deliveries;
        {
            const std::lock_guard lock(m_mutex);
            const Clock::Steady now = m_clock.steady();
            event(now);
            deliveries = collect(now);
        }
        for (Delivery &delivery : deliveries)
            deliver(std::move(delivery));
    }
    [[nodiscard]] std::vector<Delivery> collect(Clock::Steady now);
    static void deliver(Delivery delivery);
    [[nodiscard]] Lease leaseOf(Grant grant, std::chrono::microseconds queueWait)
    {
        return Lease(shared_from_this(), std::move(grant), queueWait);
    }

    const Clock &m_clock;
    const SchedulerSettings m_settings;
    std::atomic<ServerSnapshot> m_servers = std::make_shared<const QList<ServerPtr>>();
    mutable std::mutex m_mutex;
    Scheduler m_scheduler; // guarded by m_mutex
    QHash<Ticket, Waiter> m_waiting; // guarded by m_mutex
};

std::expected<Lease, std::variant<Error, Waiting>> Dispatcher::Core::submit(LeaseRequest request)
{
    std::optional<Scheduler::Submitted> submitted;
    std::optional<Waiting> waiting;
    change([&](Clock::Steady now) {
        submitted = m_scheduler.submit(std::move(request), now);
        if (const auto *queued = std::get_if<Scheduler::Queued>(&*submitted)) {
            waiting = Waiting{queued->ticket, {}};
            m_waiting.insert(queued->ticket, {Mailbox::current(), waiting->answer, now});
        }
    });
    if (auto *grant = std::get_if<Grant>(&*submitted))
        return leaseOf(std::move(*grant), {});
    if (auto *error = std::get_if<Error>(&*submitted))
        return std::unexpected(std::move(*error));
    return std::unexpected(*std::move(waiting));
}

std::vector<Dispatcher::Core::Delivery> Dispatcher::Core::collect(Clock::Steady now)
{
    std::vector<Delivery> deliveries;
    for (Scheduler::Decision &decision : m_scheduler.takeDecisions()) {
        Waiter waiter = m_waiting.take(decision.ticket);
        const auto queueWait = std::chrono::duration_cast<std::chrono::microseconds>(now - waiter.since);
        auto result
            = std::move(decision.outcome).transform([&](Grant grant) { return leaseOf(std::move(grant), queueWait); });
        deliveries.push_back({std::move(waiter), std::move(result)});
    }
    return deliveries;
}

void Dispatcher::Core::deliver(Delivery delivery)
{
    const auto result = std::make_shared<Result<Lease>>(std::move(delivery.result));
    delivery.waiter.mailbox->post([answer = delivery.waiter.answer, result] { answer.complete(std::move(*result)); });
}

namespace {

/// Waits in the queue until the answer comes or the context ends. The timer also makes the scheduler look at the time.
template <typename Core>
Task<Lease> waitInQueue(std::shared_ptr<Core> core, Waiting waiting, RequestContext context)
{
    const auto giveUp = [core, waiting](Error error) {
        core->cancel(waiting.ticket);
        waiting.answer.complete(failure(std::move(error)));
    };
    const StopWatcher watcher(context.stop, [giveUp] { giveUp(Error::cancelled()); });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&timer, core, giveUp, deadline = context.deadline] {
        if (core->isPast(deadline))
            return giveUp(Error::timeout(u"No server was free for this model before the request's deadline."_s));
        core->review();
        timer.start(core->pause(deadline));
    });
    timer.start(core->pause(context.deadline));
    co_return co_await waiting.answer;
}

}

Dispatcher::Dispatcher(const Clock &clock, SchedulerSettings settings) : m_core(std::make_shared<Core>(clock, settings))
{ }

Dispatcher::~Dispatcher() = default;

Task<Lease> Dispatcher::acquire(LeaseRequest request, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    const auto core = m_core;
    if (core->isPast(context.deadline))
        co_return failure(Error::timeout(u"The request's deadline has passed."_s));
    auto submitted = core->submit(std::move(request));
    if (submitted)
        co_return *std::move(submitted);
    if (auto *error = std::get_if<Error>(&submitted.error()))
        co_return failure(std::move(*error));
    co_return co_await waitInQueue(core, std::get<Waiting>(std::move(submitted.error())), std::move(context));
}

void Dispatcher::publish(ServerSnapshot servers) { m_core->publish(std::move(servers)); }

ServerSnapshot Dispatcher::servers() const { return m_core->servers(); }

SchedulerStats Dispatcher::stats() const { return m_core->stats(); }

}
