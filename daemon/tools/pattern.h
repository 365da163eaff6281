// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// regex_extract, with RE2: the time is linear in the text, the memory bounded.
[[nodiscard]] ToolList patternTools();

}
