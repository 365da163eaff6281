// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// gcd_lcm, roman_numeral.
[[nodiscard]] ToolList integerTools();

}
