// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::tools {

/// json_query, structured_validate. The pool outlives them.
[[nodiscard]] ToolList jsonTools(WorkerPool &pool);

}
