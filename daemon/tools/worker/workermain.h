// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/worker/engine.h"

#include <QLatin1StringView>

#include <span>

namespace moe::tools {

/// The only argument of the program when it is to be a worker.
inline constexpr QLatin1StringView workerArgument{"--tool-worker"};

[[nodiscard]] bool isWorkerCall(int argc, char **argv);

/// What a worker process does: confines itself, then does job after job until its connection ends. To be called before
/// anything else in the program has begun. The exit status: 0 after its connection ended, 2 if it was not started as a
/// worker, 1 if it cannot be one.
[[nodiscard]] int workerMain(std::span<const Engine> engines);

}
