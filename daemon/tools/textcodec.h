// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// hash_text, base64_codec.
[[nodiscard]] ToolList textCodecTools();

}
