// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// text_analyze.
[[nodiscard]] ToolList textStatsTools();

}
