// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/run.h"

#include <functional>

namespace moe::pipeline {

/// A request for an orchestrated answer. Copies share the bytes.
struct OrchestrationRequest {
    ChatRequest chat;
    Mode mode = Mode::Default;
    QString responseId; ///< "chatcmpl-…", as the client is told; empty: one is made
    inference::ModelClient *client = nullptr; ///< for this run; outlives it. Null: the setup's
};

/// A complete answer; its text went to the sink.
struct OrchestrationResult {
    PipelineState state;
    Trace trace; ///< `trace.calls` is the breakdown of `state.usage`
};

/// What the orchestrator needs of its surroundings.
struct OrchestratorSetup {
    inference::ModelClient *client = nullptr; ///< of this thread; outlives all runs
    const Clock *clock = nullptr;             ///< outlives all runs
    /// The configuration in force; asked once per request.
    std::function<std::shared_ptr<const PipelineConfig>()> config;
    /// Whether a model can be called now; the error says why not.
    std::function<Result<void>(const experts::ModelRef &)> modelReady;
    std::shared_ptr<StateSink> stateSink; ///< may be null
};

/// planner → experts → merger.
[[nodiscard]] Result<std::shared_ptr<const PipelineGraph>> orchestratorGraph();

/// Answers requests for `moe-orchestrator`. One per I/O thread; outlives its runs.
class Orchestrator
{
public:
    /// Fails if the graph is wrong.
    [[nodiscard]] static Result<std::unique_ptr<Orchestrator>> create(OrchestratorSetup setup);

    /// Whether some judge can be called: asked before anything is sent, so that a failure has a real status.
    [[nodiscard]] Result<void> ready() const;

    /// Tokens, estimated, of the prompt that an answer takes at least: to be set aside before anything is sent.
    [[nodiscard]] qint64 leastPrompt(const OrchestrationRequest &request) const;

    /// Runs the pipeline; the answer goes to `sink` as it is made. An error means that the answer is missing or, if
    /// content was sent already, incomplete. Ends within a turn of the event loop after the context is stopped, with
    /// every model call closed.
    [[nodiscard]] Task<OrchestrationResult> run(OrchestrationRequest request, std::shared_ptr<AnswerSink> sink,
                                                RequestContext context) const;

private:
    Orchestrator(OrchestratorSetup setup, std::shared_ptr<const PipelineGraph> graph)
        : m_setup(std::move(setup))
        , m_graph(std::move(graph))
    { }
    [[nodiscard]] std::shared_ptr<PipelineRun> makeRun(OrchestrationRequest request, std::shared_ptr<AnswerSink> sink,
                                                       RequestContext context) const;

    OrchestratorSetup m_setup;
    std::shared_ptr<const PipelineGraph> m_graph;
};

}
