// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/chatbody.h"
#include "daemon/pipeline/run.h"

namespace moe::pipeline {

/// Whether the plan leaves the whole request to one expert, so that its text may be the final answer and is asked for
/// under the client's conditions.
[[nodiscard]] bool isFinalCandidate(const PipelineRun &run);

/// Whether experts are asked to begin with their confidence.
[[nodiscard]] bool isConfidenceAsked(const PipelineRun &run);

/// What an expert is sent for its task.
[[nodiscard]] ChatBody expertBody(const PipelineRun &run, const PlanTask &task);

}
