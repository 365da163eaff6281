// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// timezone_convert, from the system's time zone database.
[[nodiscard]] ToolList timezoneTools();

}
