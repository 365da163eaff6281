// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// json_query, structured_validate. A call may take any time: for worker processes.
[[nodiscard]] ToolList jsonTools();

}
