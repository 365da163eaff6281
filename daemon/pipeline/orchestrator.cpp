// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/orchestrator.h"

#include "daemon/pipeline/nodes/experts.h"
#include "daemon/pipeline/nodes/merger.h"
#include "daemon/pipeline/nodes/planner.h"
#include "daemon/pipeline/runner.h"
#include "daemon/telemetry/log.h"
#include "shared/core/text.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::pipeline {

namespace {

constexpr int responseIdBytes = 16;

void finishTrace(PipelineRun &run, const Result<void> &result)
{
    run.trace.duration = run.elapsed();
    run.trace.degraded = run.state.degraded;
    run.trace.outcome = result ? u"ok"_s : QString(errorCodeName(result.error().code));
    if (run.stateSink)
        run.stateSink->runFinished(run);
    MOE_LOG(Pipeline, Info, run.context.requestId, "Orchestrated", {"outcome", run.trace.outcome},
            {"calls", run.trace.calls.size()}, {"tokens", run.state.usage.totalTokens()},
            {"ms", run.trace.duration / 1ms});
}

}

Result<std::shared_ptr<const PipelineGraph>> orchestratorGraph()
{
    // Planning must leave time for the work, and the work for putting it together.
    return PipelineGraph::create(
        NodeId::Planner,
        {
            {.id = NodeId::Planner,
             .run = &runPlanner,
             .policy = {.timeLimit = 60s, .shareOfRemaining = 0.25},
             .successors = {NodeId::Experts}},
            {.id = NodeId::Experts,
             .run = &runExperts,
             .policy = {.timeLimit = 240s, .shareOfRemaining = 0.7, .onError = NodeId::Merger},
             .successors = {NodeId::Merger}},
            {.id = NodeId::Merger, .run = &runMerger, .policy = {}, .successors = {NodeId::Finish}},
        });
}

Result<std::unique_ptr<Orchestrator>> Orchestrator::create(OrchestratorSetup setup)
{
    TRY(auto graph, orchestratorGraph());
    return std::unique_ptr<Orchestrator>(new Orchestrator(std::move(setup), std::move(graph)));
}

Result<void> Orchestrator::ready() const
{
    const auto config = m_setup.config();
    Result<void> state = failure(
        Error::of(ErrorCode::Unavailable, u"No judge model is available: set JUDGE_MODEL or install a model."_s));
    for (const experts::ModelRef &judge : config->catalogue.judges) {
        if (state = m_setup.modelReady(judge); state)
            return state;
    }
    return state;
}

qint64 Orchestrator::leastPrompt(const OrchestrationRequest &request) const
{
    return leastAnswerPrompt(*m_setup.config(), request.chat, request.mode);
}

std::shared_ptr<PipelineRun> Orchestrator::makeRun(OrchestrationRequest request, std::shared_ptr<AnswerSink> sink,
                                                   RequestContext context) const
{
    auto config = m_setup.config();
    const Clock::Steady now = m_setup.clock->steady();
    PipelineState state;
    state.input = request.chat.input();
    state.mode = request.mode;
    state.responseId = request.responseId;
    if (state.responseId.isEmpty())
        state.responseId = u"chatcmpl-"_s + QString::fromLatin1(randomHex(responseIdBytes));
    state.chatHistory = request.chat.history(config->limits.expertHistory);
    Trace trace;
    trace.requestId = context.requestId;
    trace.responseId = state.responseId;
    trace.mode = modeName(state.mode);
    trace.begin = m_setup.clock->system();
    return std::make_shared<PipelineRun>(PipelineRun{
        .request = std::move(request.chat),
        .context = context.withDeadline(now + config->limits.requestTime),
        .graph = m_graph,
        .config = std::move(config),
        .client = request.client ? request.client : m_setup.client,
        .clock = m_setup.clock,
        .sink = std::move(sink),
        .stateSink = m_setup.stateSink,
        .begin = now,
        .state = std::move(state),
        .trace = std::move(trace),
    });
}

Task<OrchestrationResult> Orchestrator::run(OrchestrationRequest request, std::shared_ptr<AnswerSink> sink,
                                            RequestContext context) const
{
    if (!isModeAvailable(request.mode)) {
        co_return failure(
            Error::invalid(u"The mode of model %1 is not available."_s.arg(modelIdOf(request.mode)), u"model"_s));
    }
    const auto run = makeRun(std::move(request), std::move(sink), std::move(context));
    if (run->state.mode == Mode::Research)
        run->degrade(u"research: no web search, the models said what they know"_s);
    const Result<void> result = co_await runPipeline(run);
    finishTrace(*run, result);
    CO_TRY_VOID(Result<void>(result));
    co_return OrchestrationResult{std::move(run->state), std::move(run->trace)};
}

}
