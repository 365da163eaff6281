// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moe::api {

/// What a request has to pass before it is served.
enum class Checks {
    All,
    KeysOnly, ///< for benchmarks: no permissions, rates and budgets, and no usage record
    None,     ///< for benchmarks: not even a key
};

}
