// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/run.h"

namespace moe::pipeline {

/// The surest result of each task; two tasks of one category keep one each. In order of arrival.
[[nodiscard]] QList<ExpertResult> bestByTask(const QList<ExpertResult> &results);

/// Tokens, estimated, of the prompt for an answer that no expert helps with.
[[nodiscard]] qint64 leastAnswerPrompt(const PipelineConfig &config, const ChatRequest &request, Mode mode);

/// Makes the final answer. Nothing to do if an expert has answered already; a single sure expert's text is passed on
/// unchanged; else a judge model writes the answer from all findings. Should one judge fail, the next does it; should
/// all fail, the best expert's text is the answer.
[[nodiscard]] Task<NodeId> runMerger(std::shared_ptr<PipelineRun> run, RequestContext context);

}
