// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/graph.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

std::unexpected<Error> wrongGraph(const QString &problem)
{
    return failure(Error::internal(u"The pipeline's graph is wrong: "_s + problem));
}

const Node *findNode(const QList<Node> &nodes, NodeId id)
{
    const auto found = std::ranges::find(nodes, id, &Node::id);
    return found == nodes.end() ? nullptr : &*found;
}

QList<NodeId> exitsOf(const Node &node)
{
    QList<NodeId> exits = node.successors;
    if (node.policy.onError)
        exits.append(*node.policy.onError);
    return exits;
}

Result<void> checkNode(const Node &node, const QList<Node> &nodes)
{
    const QString name = nodeName(node.id);
    if (node.id == NodeId::Finish)
        return wrongGraph(u"the end is no node"_s);
    if (std::ranges::count(nodes, node.id, &Node::id) > 1)
        return wrongGraph(u"node %1 occurs twice"_s.arg(name));
    if (!node.run)
        return wrongGraph(u"node %1 has nothing to run"_s.arg(name));
    if (node.policy.timeLimit <= std::chrono::milliseconds(0) || node.policy.retries < 0
        || !(node.policy.shareOfRemaining > 0 && node.policy.shareOfRemaining <= 1)) {
        return wrongGraph(u"node %1 has a policy out of range"_s.arg(name));
    }
    for (const NodeId next : exitsOf(node)) {
        if (next != NodeId::Finish && !findNode(nodes, next))
            return wrongGraph(u"node %1 leads to %2, which is missing"_s.arg(name, nodeName(next)));
    }
    return {};
}

QList<NodeId> reachableFrom(NodeId entry, const QList<Node> &nodes)
{
    QList<NodeId> reached{entry};
    for (qsizetype i = 0; i < reached.size(); ++i) {
        const Node *node = findNode(nodes, reached[i]);
        for (const NodeId next : node ? exitsOf(*node) : QList<NodeId>()) {
            if (!reached.contains(next))
                reached.append(next);
        }
    }
    return reached;
}

}

QLatin1StringView nodeName(NodeId id)
{
    switch (id) {
    case NodeId::Planner: return "planner"_L1;
    case NodeId::Experts: return "experts"_L1;
    case NodeId::Merger: return "merger"_L1;
    case NodeId::Finish: return "finish"_L1;
    }
    return {};
}

Result<std::shared_ptr<const PipelineGraph>> PipelineGraph::create(NodeId entry, QList<Node> nodes)
{
    if (!findNode(nodes, entry))
        return wrongGraph(u"its entry %1 is missing"_s.arg(nodeName(entry)));
    for (const Node &node : nodes)
        TRY_VOID(checkNode(node, nodes));
    const QList<NodeId> reached = reachableFrom(entry, nodes);
    for (const Node &node : nodes) {
        if (!reached.contains(node.id))
            return wrongGraph(u"node %1 is never reached"_s.arg(nodeName(node.id)));
        if (!reachableFrom(node.id, nodes).contains(NodeId::Finish))
            return wrongGraph(u"no way leads from node %1 to the end"_s.arg(nodeName(node.id)));
    }
    return std::shared_ptr<const PipelineGraph>(new PipelineGraph(entry, std::move(nodes)));
}

const Node *PipelineGraph::node(NodeId id) const { return findNode(m_nodes, id); }

}
