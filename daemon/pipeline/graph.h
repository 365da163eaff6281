// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QLatin1StringView>
#include <QList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace moe::pipeline {

struct PipelineRun;

/// The nodes of the orchestrator's graph. Finish is the end, not a node.
enum class NodeId { Planner, Experts, Merger, Finish };

[[nodiscard]] QLatin1StringView nodeName(NodeId id);

/// What the runner does about a node that takes long or fails.
struct NodePolicy {
    std::chrono::milliseconds timeLimit{300'000};
    double shareOfRemaining = 1;   ///< of the request's remaining time that the node may use at most, (0, 1]
    int retries = 0;               ///< repetitions after a failure; never after the client has gone
    std::optional<NodeId> onError = std::nullopt; ///< where to go on without the node's result; none: the request fails
};

/// A unit of the pipeline. It changes the run's state and says which of its declared successors comes next.
struct Node {
    /// The context's deadline is the node's own; `PipelineRun::context` has the request's.
    using Body = std::function<Task<NodeId>(std::shared_ptr<PipelineRun>, RequestContext)>;

    NodeId id = NodeId::Finish;
    Body run;
    NodePolicy policy;
    QList<NodeId> successors; ///< every value that `run` may return
};

/// An immutable graph. Checked when it is made, so a run cannot meet a dead end.
class PipelineGraph
{
public:
    /// Refuses a graph with a missing entry, an unknown or duplicate node, a policy that makes no sense, a node that is
    /// never reached, or one from which the end cannot be reached.
    [[nodiscard]] static Result<std::shared_ptr<const PipelineGraph>> create(NodeId entry, QList<Node> nodes);

    [[nodiscard]] NodeId entry() const { return m_entry; }
    /// Nothing for Finish and for ids the graph does not have.
    [[nodiscard]] const Node *node(NodeId id) const;

private:
    PipelineGraph(NodeId entry, QList<Node> nodes) : m_entry(entry), m_nodes(std::move(nodes)) { }

    NodeId m_entry;
    QList<Node> m_nodes;
};

}
