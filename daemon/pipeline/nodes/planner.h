// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/run.h"

namespace moe::pipeline {

/// The planner's instructions for this request, without the request itself; at most 5,000 bytes.
[[nodiscard]] QByteArray plannerPrompt(const PipelineRun &run);

/// Splits the request into tasks with a judge model. Tries twice; a request that could not be planned becomes one
/// general task, so this fails only when the client has gone.
[[nodiscard]] Task<NodeId> runPlanner(std::shared_ptr<PipelineRun> run, RequestContext context);

}
