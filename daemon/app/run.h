// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moe::app {

/// The program: reads options, serves until SIGTERM or SIGINT, and returns the exit status (0 after an orderly stop, 1
/// if it cannot serve, 2 for wrong usage).
[[nodiscard]] int run(int argc, char **argv);

}
