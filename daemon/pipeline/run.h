// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/catalogue.h"
#include "daemon/experts/prompts.h"
#include "daemon/inference/modelclient.h"
#include "daemon/pipeline/graph.h"
#include "daemon/pipeline/request.h"
#include "daemon/pipeline/sink.h"
#include "daemon/pipeline/state.h"
#include "shared/core/clock.h"
#include "shared/model/trace.h"

#include <memory>

namespace moe::pipeline {

/// Bounds of a run, from the settings.
struct PipelineLimits {
    std::chrono::milliseconds requestTime{300'000};
    qsizetype expertOutput = 2'400;      ///< characters: MAX_EXPERT_OUTPUT_CHARS
    qsizetype codeExpertOutput = 48'000; ///< the same for code categories
    qsizetype plannerInput = 6'000;      ///< characters of the request that the planner is shown
    HistoryLimit plannerHistory{.turns = 2, .characters = 1'500};
    HistoryLimit expertHistory;
    HistoryLimit mergerHistory{.turns = 8, .characters = 8'000};
};

/// What a run is governed by: an immutable snapshot, replaced as a whole for new requests.
struct PipelineConfig {
    experts::Catalogue catalogue;
    experts::PromptBook prompts;
    PipelineLimits limits;
};

struct PipelineRun;

/// Observes runs: checkpoints, traces and metering attach here.
class StateSink
{
public:
    StateSink() = default;
    StateSink(const StateSink &) = delete;
    StateSink &operator=(const StateSink &) = delete;
    virtual ~StateSink() = default;

    /// After every node, before the next one starts; `run.trace.nodes.last()` tells about it. A failure ends the run.
    [[nodiscard]] virtual Task<void> nodeFinished(std::shared_ptr<const PipelineRun> run) = 0;
    /// Once, however the run ended; state and trace are final.
    virtual void runFinished(const PipelineRun &run) = 0;
};

/// Whether a model's text is still wanted.
enum class Flow {
    Continue,
    Drain, ///< the client is slow: pause the model
    Enough, ///< close the call
};

/// One request on its way through the graph: its state and everything the nodes use. Owned jointly by the coroutines
/// that work on it, on one thread.
struct PipelineRun {
    ChatRequest request;
    RequestContext context; ///< with the whole request's deadline
    std::shared_ptr<const PipelineGraph> graph;
    std::shared_ptr<const PipelineConfig> config;
    inference::ModelClient *client = nullptr; ///< outlives all runs
    const Clock *clock = nullptr; ///< outlives all runs
    std::shared_ptr<AnswerSink> sink;
    std::shared_ptr<StateSink> stateSink; ///< may be null
    Clock::Steady begin;
    PipelineState state;
    Trace trace;

    /// A line for the client, unless the answer has begun.
    void progress(const QString &line);
    /// A piece of the answer for the client.
    Flow answer(QByteArrayView text);
    void completeAnswer(QByteArray finishReason);
    /// Notes what the answer has to do without, for metadata and log.
    void degrade(const QString &reason);

    [[nodiscard]] std::chrono::microseconds elapsed() const;
};

}
