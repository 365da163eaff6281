// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/run.h"

namespace moe::pipeline {

/// Walks the run through its graph: gives every node its deadline, repeats it or goes round it as its policy says,
/// stops when the client has gone, traces each visit and tells the state sink. Once the client has seen text nothing is
/// repeated or gone round any more.
[[nodiscard]] Task<void> runPipeline(std::shared_ptr<PipelineRun> run);

}
