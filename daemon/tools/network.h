// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// subnet_calc.
[[nodiscard]] ToolList networkTools();

}
