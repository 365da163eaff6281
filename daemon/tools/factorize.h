// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::tools {

/// prime_factorize. The pool outlives it.
[[nodiscard]] ToolList factorizeTools(WorkerPool &pool);

}
