// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/circuitbreaker.h"
#include "daemon/inference/servertypes.h"
#include "shared/core/clock.h"
#include "shared/core/ids.h"

#include <chrono>
#include <optional>
#include <variant>

namespace moe::inference {

/// Who goes first in a queue. The lower ones still get a share, so none of them starves.
enum class Priority { Interactive, Batch, Background };
inline constexpr int priorityCount = 3;

/// What a call asks of the scheduler.
struct LeaseRequest {
    QString model;                  ///< without "@server"; a missing tag means ":latest"
    std::optional<ServerId> server; ///< this one only
    KeyId key;                      ///< whom the queue is fair to
    Priority priority = Priority::Interactive;
    quint64 affinity = 0;           ///< hash of the conversation's beginning, to find its prefix cache; 0: none
    QList<ServerId> excluded;       ///< tried already, or not permitted
};

/// How a call went that a node answered properly: the measure of that node.
struct ServedCall {
    std::chrono::microseconds timeToFirstToken{0}; ///< from sending the request
    std::chrono::microseconds duration{0};         ///< whole call
    qint64 completionTokens = 0;                   ///< 0: none or unknown
};

/// A fault of the node, not of the caller.
enum class NodeFault {
    Node,  ///< unreachable, timed out, cut off, unreadable: counts for the circuit breaker
    Model, ///< the node works, but cannot load or run this model
};

/// What became of a lease. Nothing (the default): the caller went away, its deadline passed, it was refused.
using LeaseOutcome = std::variant<std::monostate, ServedCall, NodeFault>;

/// Names a call in a queue.
using Ticket = StrongId<struct TicketTag, quint64>;

struct SchedulerSettings {
    int queueLimit = 2'048;                                 ///< waiting calls a model (and pinned server)
    int queueLimitPerKey = 512;                             ///< of those, of one key
    std::chrono::milliseconds maxBatchWait{5'000};          ///< how long others of the loaded model go first
    std::chrono::milliseconds reviewInterval{250};          ///< how often time alone may change a decision
    std::chrono::seconds retryUnreachable{10};              ///< `retryAfter` while no server can be reached
    BreakerSettings breaker;
};

/// One server as metrics show it.
struct ServerStats {
    ServerId name;
    bool isReachable = false;
    bool isEnabled = true;
    BreakerState breaker = BreakerState::Closed;
    int inFlight = 0;
    int parallel = 1;
    quint64 granted = 0;
    quint64 served = 0;
    quint64 faults = 0;
    quint64 coldStarts = 0; ///< calls that had to load their model
    quint64 swaps = 0;      ///< of those, by unloading another
};

/// One model's queue as metrics show it.
struct QueueStats {
    QString model; ///< without ":latest"
    int waiting = 0;
};

struct SchedulerStats {
    QList<ServerStats> servers;
    QList<QueueStats> queues; ///< those that are not empty
    int inFlight = 0;
    int waiting = 0;
    quint64 refused = 0;      ///< by a full queue
};

}
