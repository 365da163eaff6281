// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/affinitytable.h"
#include "daemon/inference/cluster.h"
#include "daemon/inference/fairqueue.h"
#include "daemon/inference/schedule.h"
#include "shared/core/result.h"

#include <QHash>

#include <expected>
#include <memory>
#include <variant>
#include <vector>

namespace moe::inference {

/// The right to run one call on one server, given back exactly once with Scheduler::release().
struct Grant {
    ServerPtr server;                 ///< as it was known when the call was granted
    const ModelInfo *model = nullptr; ///< as the server lists it; part of `server`
    bool isCold = false;              ///< the model has to be loaded first
    bool isProbe = false;             ///< the circuit breaker's trial call
    Placement *placement = nullptr;   ///< the scheduler's own
};

/// Decides which server runs which call, and in which order calls wait: candidates, score, bounded fair queues,
/// batching by model, circuit breakers. Knows no threads, no event loop and no clock: events come in with their time,
/// decisions about waiting calls are fetched after each event. The Dispatcher makes it a shared service.
class Scheduler
{
public:
    /// The call waits; `position` counts from 1.
    struct Queued {
        Ticket ticket;
        int position = 0;
    };
    /// What became of a call that waited.
    struct Decision {
        Ticket ticket;
        std::expected<Grant, Error> outcome;
    };
    /// NotFound (model_not_found): no server has the model. Unavailable with `retryAfter`: none that has it is healthy.
    /// RateLimited with `retryAfter`: the queue is full.
    using Submitted = std::variant<Grant, Queued, Error>;

    explicit Scheduler(SchedulerSettings settings = {});

    /// Replaces what is known about servers. Calls in flight keep theirs; waiting calls are decided anew.
    void publish(ServerSnapshot servers, Clock::Steady now);
    [[nodiscard]] Submitted submit(LeaseRequest request, Clock::Steady now);
    void release(const Grant &grant, const LeaseOutcome &outcome, Clock::Steady now);
    /// False if the call does not wait (any more).
    bool cancel(Ticket ticket, Clock::Steady now);
    /// Decides what only time changes; to be called every `reviewInterval` while calls wait. Cheap if too early.
    void review(Clock::Steady now);

    /// Decisions about waiting calls since the last time, in order.
    [[nodiscard]] std::vector<Decision> takeDecisions();

    [[nodiscard]] int waiting() const { return int(m_tickets.size()); }
    [[nodiscard]] SchedulerStats stats(Clock::Steady now) const;

private:
    struct Search;
    struct Choice;

    [[nodiscard]] Choice choose(const Route &route, const LeaseRequest &request, int queued, Clock::Steady since,
                                Clock::Steady now) const;
    [[nodiscard]] bool isServed(const Route &route, const LeaseRequest &request, Clock::Steady now) const;
    void weigh(Placement &placement, const Search &search, Choice &choice) const;
    [[nodiscard]] bool mayTakeOver(const Node &node, const Search &search) const;
    [[nodiscard]] Grant grant(Route &route, Placement &placement, quint64 affinity, Clock::Steady now);
    [[nodiscard]] Submitted enqueue(Route &route, LeaseRequest request, Clock::Steady now);
    void dispatch(Clock::Steady now);
    [[nodiscard]] bool serveNext(Route &route, Clock::Steady now);
    void leaveQueue(Route &route, Ticket ticket);
    void claim(Route &route, Node *node);
    [[nodiscard]] Error unknownModel(const QString &model) const;
    [[nodiscard]] Error unservable(const Route &route, const LeaseRequest &request, Clock::Steady now) const;
    [[nodiscard]] std::chrono::seconds queueDelay(const Route &route, Clock::Steady now) const;

    SchedulerSettings m_settings;
    Cluster m_cluster;
    AffinityTable m_affinities;
    std::vector<Route *> m_turns; // those where calls wait; the front one has the first choice
    QHash<Ticket, Route *> m_tickets;
    std::vector<Decision> m_decisions;
    quint64 m_lastTicket = 0;
    quint64 m_refused = 0;
    Clock::Steady m_reviewed;
};

}
