// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::tools {

/// Calculations of which some calls may take long, and which need nothing of the system: those that are not quick are
/// done by worker processes, which end at the time limit, and of which nobody has more than a share.
[[nodiscard]] ToolList heavyTools();

/// These tools, each with its calls that are not quick done by the pool's workers; all are of heavyTools(). The pool
/// outlives them.
[[nodiscard]] ToolList outsourced(const ToolList &tools, WorkerPool &pool);

/// The workers' side of it.
[[nodiscard]] Result<QByteArray> calculationEngine(const QByteArray &payload);

}
