// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/scheduler.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::inference {

namespace {

constexpr auto longestRetryAfter = 60s;

bool isCandidate(const Placement &placement, const Route &route, const LeaseRequest &request)
{
    return placement.isOffered && (!route.server || placement.node->name == *route.server)
        && !request.excluded.contains(placement.node->name);
}

std::chrono::seconds wholeSeconds(std::chrono::duration<double> duration)
{
    return std::clamp(std::chrono::ceil<std::chrono::seconds>(duration), 1s, longestRetryAfter);
}

Error retryLater(ErrorCode code, QString message, QString reason, std::chrono::seconds delay)
{
    Error error = Error::of(code, std::move(message), std::move(reason));
    error.retryAfter = delay;
    return error;
}

}

/// What one call is looking for.
struct Scheduler::Search {
    const Route &route;
    const LeaseRequest &request;
    quint32 prefixNode;
    bool isOverdue; // the model is loaded nowhere, and waited so long that another one's batch has to end
    Clock::Steady now;
};

/// What a search found.
struct Scheduler::Choice {
    static constexpr double never = std::numeric_limits<double>::infinity();

    Placement *placement = nullptr; // may start now
    double cost = never;
    bool isResident = false;
    bool isServable = false;        // at least one candidate is healthy
    Node *claimable = nullptr;      // would have to be emptied
    double claimCost = never;
    double fullCost = never;        // of the best server that has it loaded, but no free slot
    double fullService = 0;
    int fullSlots = 0;

    void consider(Placement &candidate, double candidateCost, bool isLoaded)
    {
        if (candidateCost >= cost)
            return;
        placement = &candidate;
        cost = candidateCost;
        isResident = isLoaded;
    }
    void considerFull(const Prospect &prospect, double candidateCost)
    {
        fullSlots += prospect.parallel;
        if (candidateCost >= fullCost)
            return;
        fullCost = candidateCost;
        fullService = expectedService(prospect);
    }
    void considerClaim(Node &node, double candidateCost)
    {
        if (candidateCost >= claimCost)
            return;
        claimCost = candidateCost;
        claimable = &node;
    }
    // Waiting for a slot where the model is loaded beats loading it elsewhere while the queue is short.
    [[nodiscard]] bool isWaitBetter(int queued) const
    {
        return !isResident && fullSlots > 0 && fullCost + fullService * queued / fullSlots < cost;
    }
};

Scheduler::Scheduler(SchedulerSettings settings) : m_settings(settings), m_cluster(settings.breaker) { }

void Scheduler::publish(ServerSnapshot servers, Clock::Steady now)
{
    m_cluster.update(servers);
    for (const auto &node : m_cluster.nodes()) {
        if (node->claimedBy && !node->isUp())
            claim(*node->claimedBy, nullptr);
    }
    dispatch(now);
    m_cluster.prune();
}

Scheduler::Submitted Scheduler::submit(LeaseRequest request, Clock::Steady now)
{
    Model *const model = m_cluster.find(request.model);
    Route *const route = model ? m_cluster.route(*model, request.server) : nullptr;
    if (!route)
        return unknownModel(request.model);
    const Choice choice = choose(*route, request, route->queue.size() + 1, now, now);
    if (!choice.isServable)
        return unservable(*route, request, now);
    // Nobody overtakes a call that waits for the same.
    if (choice.placement && route->queue.isEmpty())
        return grant(*route, *choice.placement, request.affinity, now);
    return enqueue(*route, std::move(request), now);
}

Scheduler::Submitted Scheduler::enqueue(Route &route, LeaseRequest request, Clock::Steady now)
{
    if (route.queue.size() >= m_settings.queueLimit || route.queue.sizeOf(request.key) >= m_settings.queueLimitPerKey) {
        ++m_refused;
        return retryLater(ErrorCode::RateLimited, u"Too many calls wait for this model. Try again later."_s,
                          u"queue_full"_s, queueDelay(route, now));
    }
    const Ticket ticket(++m_lastTicket);
    if (route.queue.isEmpty())
        m_turns.push_back(&route);
    m_tickets.insert(ticket, &route);
    const bool hasExclusions = !request.excluded.isEmpty();
    route.queue.push({ticket, std::move(request), now});
    const int position = route.queue.positionOf(ticket);
    if (hasExclusions || route.queue.size() > 1)
        dispatch(now); // the calls before it may wait for something else, or the longer queue justifies another server
    return Queued{ticket, position};
}

void Scheduler::release(const Grant &grant, const LeaseOutcome &outcome, Clock::Steady now)
{
    m_cluster.end(*grant.placement, {grant.isCold, grant.isProbe}, outcome, now);
    dispatch(now);
}

bool Scheduler::cancel(Ticket ticket, Clock::Steady now)
{
    Route *const route = m_tickets.value(ticket);
    if (!route)
        return false;
    route->queue.remove(ticket);
    leaveQueue(*route, ticket);
    dispatch(now); // what it had claimed is free again
    return true;
}

void Scheduler::review(Clock::Steady now)
{
    if (now - m_reviewed >= m_settings.reviewInterval)
        dispatch(now);
}

std::vector<Scheduler::Decision> Scheduler::takeDecisions() { return std::exchange(m_decisions, {}); }

Scheduler::Choice Scheduler::choose(const Route &route, const LeaseRequest &request, int queued, Clock::Steady since,
                                    Clock::Steady now) const
{
    const bool isOverdue = now - since >= m_settings.maxBatchWait && !isServed(route, request, now);
    const Search search{route, request, m_affinities.find(request.affinity), isOverdue, now};
    Choice choice;
    for (Placement *placement : route.model->placements)
        weigh(*placement, search, choice);
    if (!isOverdue && choice.isWaitBetter(queued))
        choice.placement = nullptr;
    return choice;
}

bool Scheduler::isServed(const Route &route, const LeaseRequest &request, Clock::Steady now) const
{
    return std::ranges::any_of(route.model->placements, [&](const Placement *placement) {
        const Node &node = *placement->node;
        const bool isTakenAway = node.claimedBy && node.claimedBy != &route;
        return placement->isResident && !isTakenAway && isCandidate(*placement, route, request) && node.isUp()
            && node.breaker.state(now) != BreakerState::Open;
    });
}

void Scheduler::weigh(Placement &placement, const Search &search, Choice &choice) const
{
    Node &node = *placement.node;
    if (!isCandidate(placement, search.route, search.request) || !placement.info || !placement.canHold || !node.isUp()
        || node.breaker.state(search.now) == BreakerState::Open)
        return;
    choice.isServable = true;
    if (node.claimedBy && node.claimedBy != &search.route)
        return;
    const bool mayDisplaceNeeded = mayTakeOver(node, search);
    const Cluster::Fitting fitting = m_cluster.fitting(placement, mayDisplaceNeeded);
    Prospect prospect = m_cluster.prospect(placement, fitting, search.now);
    prospect.hasPrefix = search.prefixNode == node.number;
    const double cost = expectedCompletion(prospect);
    const bool hasSlot = node.inFlight < node.parallel() && node.breaker.allows(search.now);
    if (fitting.fit == Fit::Blocked) {
        if (mayDisplaceNeeded)
            choice.considerClaim(node, cost);
    } else if (hasSlot) {
        choice.consider(placement, cost, fitting.fit == Fit::Resident);
    } else if (fitting.fit == Fit::Resident) {
        choice.considerFull(prospect, cost);
    }
}

bool Scheduler::mayTakeOver(const Node &node, const Search &search) const
{
    if (node.claimedBy == &search.route)
        return true;
    // A model just loaded keeps its place for a while, or two overdue queues would swap with every call.
    const bool isSettled = !node.swappedAt || search.now - *node.swappedAt >= m_settings.maxBatchWait;
    return search.isOverdue && isSettled;
}

Grant Scheduler::grant(Route &route, Placement &placement, quint64 affinity, Clock::Steady now)
{
    claim(route, nullptr);
    const Cluster::Start start = m_cluster.begin(placement, now);
    m_affinities.remember(affinity, placement.node->number);
    return Grant{placement.node->server, placement.info, start.isCold, start.isProbe, &placement};
}

void Scheduler::dispatch(Clock::Steady now)
{
    m_reviewed = now;
    for (std::size_t turn = 0; turn < m_turns.size();) {
        Route &route = *m_turns[turn];
        if (!serveNext(route, now)) {
            ++turn;
            continue;
        }
        // Whoever was served goes to the end, and all others are asked again: a slot or a claim has changed.
        if (const auto at = std::ranges::find(m_turns, &route); at != m_turns.end())
            std::rotate(at, at + 1, m_turns.end());
        turn = 0;
    }
}

bool Scheduler::serveNext(Route &route, Clock::Steady now)
{
    using Verdict = FairQueue::Verdict;
    Choice choice;
    bool isStuck = false; // for calls without exclusions, which all have the same candidates
    const int queued = route.queue.size();
    auto waiter = route.queue.takeFirst([&](const FairQueue::Waiter &each) {
        const bool isPlain = each.request.excluded.isEmpty();
        if (isStuck && isPlain)
            return Verdict::Skip;
        choice = choose(route, each.request, queued, each.since, now);
        if (choice.placement || !choice.isServable)
            return Verdict::Take;
        if (choice.claimable && !route.claimed)
            claim(route, choice.claimable);
        isStuck = isStuck || isPlain;
        return isStuck && !route.queue.hasExclusions() ? Verdict::Stop : Verdict::Skip;
    });
    if (!waiter)
        return false;
    if (choice.placement)
        m_decisions.push_back({waiter->ticket, grant(route, *choice.placement, waiter->request.affinity, now)});
    else
        m_decisions.push_back({waiter->ticket, std::unexpected(unservable(route, waiter->request, now))});
    leaveQueue(route, waiter->ticket);
    return true;
}

void Scheduler::leaveQueue(Route &route, Ticket ticket)
{
    m_tickets.remove(ticket);
    if (!route.queue.isEmpty())
        return;
    std::erase(m_turns, &route);
    claim(route, nullptr);
}

void Scheduler::claim(Route &route, Node *node)
{
    if (route.claimed)
        route.claimed->claimedBy = nullptr;
    route.claimed = node;
    if (node)
        node->claimedBy = &route;
}

Error Scheduler::unknownModel(const QString &model) const
{
    const bool isAnyUp = std::ranges::any_of(m_cluster.nodes(), [](const auto &node) { return node->isUp(); });
    if (!isAnyUp)
        return retryLater(ErrorCode::Unavailable, u"No inference server can be reached."_s, u"no_server"_s,
                          m_settings.retryUnreachable);
    Error error = Error::of(ErrorCode::NotFound,
                            u"There is no model \"%1\". The list of models names those there are."_s.arg(model),
                            u"model_not_found"_s);
    error.param = u"model"_s;
    return error;
}

Error Scheduler::unservable(const Route &route, const LeaseRequest &request, Clock::Steady now) const
{
    const auto isOffered = [](const Placement *placement) { return placement->isOffered; };
    if (std::ranges::none_of(route.model->placements, isOffered))
        return unknownModel(request.model);
    Clock::Steady::duration delay = Clock::Steady::duration::max();
    bool isTooLarge = false;
    for (const Placement *placement : route.model->placements) {
        if (!isCandidate(*placement, route, request))
            continue;
        const Node &node = *placement->node;
        if (!placement->canHold)
            isTooLarge = true;
        else if (!node.isUp())
            delay = std::min<Clock::Steady::duration>(delay, m_settings.retryUnreachable);
        else
            delay = std::min(delay, node.breaker.opensUntil() - now);
    }
    if (delay != Clock::Steady::duration::max())
        return retryLater(ErrorCode::Unavailable,
                          u"No server that has the model \"%1\" is healthy."_s.arg(request.model),
                          u"no_healthy_server"_s, wholeSeconds(delay));
    if (isTooLarge)
        return Error::of(ErrorCode::Unavailable,
                         u"No server that has the model \"%1\" has enough VRAM for it."_s.arg(request.model),
                         u"insufficient_vram"_s);
    return retryLater(ErrorCode::Unavailable, u"Every server that has the model \"%1\" was tried."_s.arg(request.model),
                      u"no_healthy_server"_s, 1s);
}

std::chrono::seconds Scheduler::queueDelay(const Route &route, Clock::Steady now) const
{
    double slotsPerSecond = 0;
    for (const Placement *placement : route.model->placements) {
        const Prospect prospect = m_cluster.prospect(*placement, {}, now);
        if (placement->isOffered && placement->node->isUp())
            slotsPerSecond += prospect.parallel / expectedService(prospect);
    }
    if (slotsPerSecond <= 0)
        return longestRetryAfter;
    return wholeSeconds(std::chrono::duration<double>(route.queue.size() / slotsPerSecond));
}

SchedulerStats Scheduler::stats(Clock::Steady now) const
{
    SchedulerStats stats;
    stats.refused = m_refused;
    stats.waiting = waiting();
    for (const auto &node : m_cluster.nodes()) {
        stats.inFlight += node->inFlight;
        if (!node->server)
            continue;
        ServerStats server = node->counters;
        server.name = node->name;
        server.isReachable = node->server->status.isReachable;
        server.isEnabled = node->server->config.isEnabled;
        server.breaker = node->breaker.state(now);
        server.inFlight = node->inFlight;
        server.parallel = node->parallel();
        stats.servers.push_back(server);
    }
    for (const Route *route : m_turns) {
        const auto same = std::ranges::find(stats.queues, route->model->name, &QueueStats::model);
        if (same != stats.queues.end())
            same->waiting += route->queue.size();
        else
            stats.queues.push_back({route->model->name, route->queue.size()});
    }
    return stats;
}

}
