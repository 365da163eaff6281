// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// date_diff, date_add, day_of_week.
[[nodiscard]] ToolList calendarTools();

}
