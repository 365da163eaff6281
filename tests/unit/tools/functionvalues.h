// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace moe::tools::test {

struct FunctionValue {
    const char *expression;
    const char *value; ///< to 15 digits
};

/// Expressions with irrational values, from elsewhere.
[[nodiscard]] std::span<const FunctionValue> functionValues();

}
