// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/runner.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

constexpr int mostVisits = 64; // of all nodes together; a graph may have cycles

QString outcomeOf(const Result<NodeId> &result)
{
    return result ? u"ok"_s : QString(errorCodeName(result.error().code));
}

Clock::Steady nodeDeadline(const PipelineRun &run, const NodePolicy &policy)
{
    const Clock::Steady now = run.clock->steady();
    const Clock::Steady limit = now + policy.timeLimit;
    if (run.context.deadline == Clock::Steady::max())
        return limit;
    const auto share = std::chrono::duration<double>(run.context.deadline - now) * policy.shareOfRemaining;
    return std::min(limit, now + std::chrono::duration_cast<Clock::Steady::duration>(share));
}

bool mayTryAgain(const PipelineRun &run, const Result<NodeId> &result)
{
    return !result && !run.context.isStopped() && !run.state.hasAnswerBegun;
}

Result<NodeId> declared(const Node &node, Result<NodeId> result)
{
    if (!result || node.successors.contains(*result))
        return result;
    return failure(
        Error::internal(u"Node %1 went to %2, which it does not declare."_s.arg(nodeName(node.id), nodeName(*result))));
}

Task<NodeId> visit(std::shared_ptr<PipelineRun> run, const Node *node)
{
    NodeTrace trace{.node = nodeName(node->id), .start = run->elapsed(), .outcome = {}};
    Result<NodeId> result = failure(Error::cancelled());
    for (trace.attempts = 1;; ++trace.attempts) {
        result = declared(*node, co_await node->run(run, run->context.withDeadline(nodeDeadline(*run, node->policy))));
        if (!mayTryAgain(*run, result) || trace.attempts > node->policy.retries)
            break;
    }
    trace.duration = run->elapsed() - trace.start;
    trace.outcome = outcomeOf(result);
    run->trace.nodes.append(trace);
    if (node->policy.onError && mayTryAgain(*run, result)) {
        run->degrade(u"%1: %2"_s.arg(trace.node, trace.outcome));
        co_return *node->policy.onError;
    }
    co_return result;
}

}

Task<void> runPipeline(std::shared_ptr<PipelineRun> run)
{
    NodeId next = run->graph->entry();
    for (int visits = 0; next != NodeId::Finish; ++visits) {
        if (run->context.isStopped())
            co_return failure(Error::cancelled());
        if (visits == mostVisits)
            co_return failure(Error::internal(u"The pipeline did not come to an end."_s));
        const Node *node = run->graph->node(next);
        CO_TRY(next, co_await visit(run, node));
        if (run->stateSink) {
            CO_TRY_VOID(co_await run->stateSink->nodeFinished(run));
        }
    }
    co_return Result<void>();
}

}
