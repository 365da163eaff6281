// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/circuitbreaker.h"
#include "daemon/inference/ewma.h"
#include "daemon/inference/fairqueue.h"
#include "daemon/inference/schedule.h"
#include "daemon/inference/score.h"

#include <QHash>
#include <QVarLengthArray>

#include <memory>
#include <optional>
#include <vector>

namespace moe::inference {

struct Model;
struct Node;

/// Calls that wait for a model, on any server or on a named one.
struct Route {
    Model *model = nullptr;
    std::optional<ServerId> server;
    FairQueue queue;
    Node *claimed = nullptr; ///< takes no other model's calls, so that it can load this one
};

/// One model on one server: what we know and see of it.
struct Placement {
    Node *node = nullptr;
    Model *model = nullptr;
    const ModelInfo *info = nullptr; ///< in the node's server; none while the server does not list it
    bool isOffered = false;          ///< listed, or promised by the configuration of a server not yet reached
    bool canHold = true;             ///< the server's VRAM is large enough
    bool hasBeenLoaded = false;      ///< the server reported it as loaded once, so it can hold it somehow
    bool isResident = false;         ///< loaded, or being loaded by a call of ours
    qint64 vramBytes = 0;            ///< needed or reported
    std::optional<Clock::Steady> usedAt; ///< start of the latest call
    int inFlight = 0;
    Ewma firstToken;                 ///< seconds, of successes on the loaded model
    Ewma tokensPerSecond;            ///< of successes
    Ewma load;                       ///< seconds, of successes that had to load it
    FadingCount faults;

    [[nodiscard]] double loadSeconds() const;
};

/// One server: what we know and see of it.
struct Node {
    ServerId name;
    quint32 number = 0;  ///< never reused
    ServerPtr server;    ///< none: no longer configured
    CircuitBreaker breaker;
    FadingCount faults;
    int inFlight = 0;
    std::vector<std::unique_ptr<Placement>> placements;
    std::vector<Placement *> residents; ///< least recently used first; only where VRAM is shared by loading
    Route *claimedBy = nullptr;
    std::optional<Clock::Steady> swappedAt;
    ServerStats counters;               ///< only its counters are kept up

    [[nodiscard]] bool isUp() const { return server && server->config.isEnabled && server->status.isReachable; }
    [[nodiscard]] int parallel() const { return server ? server->config.parallel : 1; }
};

/// One model by its canonical name, wherever it is.
struct Model {
    QString name;
    std::vector<Placement *> placements;
    std::vector<std::unique_ptr<Route>> routes;

    [[nodiscard]] int waiting() const;
};

/// The scheduler's picture of servers and models: from snapshots, and from the calls that run. Counts what is in flight
/// by grants, never by what a server reports. Not thread-safe.
class Cluster
{
public:
    explicit Cluster(BreakerSettings breaker) : m_breaker(breaker) { }
    Cluster(const Cluster &) = delete;
    Cluster &operator=(const Cluster &) = delete;

    /// Takes over a snapshot. Nodes and placements that are gone stay until prune(), without being offered.
    void update(const ServerSnapshot &servers);
    /// Forgets what is gone, idle, and waited for by nobody.
    void prune();

    [[nodiscard]] Model *find(const QString &name) const;
    /// The queue for a model's calls, made on first use; none if the named server does not offer the model.
    [[nodiscard]] Route *route(Model &model, const std::optional<ServerId> &server);

    struct Fitting {
        Fit fit = Fit::Resident;
        double unloadSeconds = 0; ///< what the displaced models will take to load again
        QVarLengthArray<Placement *, 8> displaced; ///< the least needed and least recently used ones
    };
    /// Whether a model can be loaded. `mayDisplaceNeeded`: also at the expense of models that calls wait for.
    [[nodiscard]] Fitting fitting(const Placement &placement, bool mayDisplaceNeeded) const;
    [[nodiscard]] Prospect prospect(const Placement &placement, const Fitting &fitting, Clock::Steady now) const;

    struct Start {
        bool isCold = false;
        bool isProbe = false;
    };
    /// A call starts there: loads the model if need be, displacing what was not used for longest.
    Start begin(Placement &placement, Clock::Steady now);
    void end(Placement &placement, Start start, const LeaseOutcome &outcome, Clock::Steady now);

    [[nodiscard]] const std::vector<std::unique_ptr<Node>> &nodes() const { return m_nodes; }
    [[nodiscard]] const QHash<QString, std::shared_ptr<Model>> &models() const { return m_models; }

private:
    [[nodiscard]] Node &nodeOf(const ServerId &name);
    [[nodiscard]] Placement &placementOf(Node &node, const QString &modelName);
    void adopt(Node &node, ServerPtr server);
    void list(Node &node, const ModelInfo &info);
    void adoptResidents(Node &node);
    void withdraw(Node &node);
    void makeRoom(Placement &placement, Clock::Steady now);
    void setResident(Placement &placement, bool isResident);

    BreakerSettings m_breaker;
    std::vector<std::unique_ptr<Node>> m_nodes;
    QHash<ServerId, Node *> m_byName;
    QHash<QString, std::shared_ptr<Model>> m_models;
    quint32 m_lastNumber = 0;
};

}
