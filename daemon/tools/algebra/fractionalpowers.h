// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/algebra/algebra.h"

#include <optional>

namespace moe::tools {

/// An equation for the unknown's principal root of this degree.
struct RootEquation {
    Equation equation;
    int degree = 1;
};

/// Of an equation with roots of the unknown itself, as in sqrt(x) + x^(2/3) = 2, one without: that for t, where x is
/// t^6. Nothing if there are none, or none of a reasonable degree.
[[nodiscard]] std::optional<RootEquation> withoutFractionalPowers(Algebra &algebra, const Equation &equation);

/// It is made of the four operations and of powers with whole exponents, which mean the same for all numbers.
[[nodiscard]] bool isRationalFunction(const Expression &expression);

}
