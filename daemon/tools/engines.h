// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/worker/engine.h"

#include <span>

namespace moe::tools {

/// All that worker processes can do.
[[nodiscard]] std::span<const Engine> engines();

}
