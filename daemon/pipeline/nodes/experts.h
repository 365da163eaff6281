// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/run.h"

namespace moe::pipeline {

/// Asks the experts of all tasks in parallel. For each task the small models of its category first; if none of them is
/// sure, the large ones. A failed expert leaves its task to the others; a task nobody could do is noted as degraded.
/// When the plan has one task, an expert that is sure enough streams to the client itself.
[[nodiscard]] Task<NodeId> runExperts(std::shared_ptr<PipelineRun> run, RequestContext context);

}
