// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/worker/engine.h"

#include <span>

/// Engines that do what engines should not.
namespace moe::tools::test {

[[nodiscard]] std::span<const Engine> faultyEngines();

}
