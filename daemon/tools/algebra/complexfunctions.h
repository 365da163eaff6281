// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/algebra/algebra.h"

/// Functions of numbers that may be negative or not real, told by functions of real numbers: of others the library
/// knows the digits of a double only, and shows more. "too_hard" if the digits do not tell which case it is.
namespace moe::tools {

[[nodiscard]] Result<bool> isReal(Algebra &algebra, const Value &value);
/// Of a real one.
[[nodiscard]] Result<bool> isNegative(Algebra &algebra, const Value &value);

[[nodiscard]] Result<Value> absoluteOf(Algebra &algebra, const Value &value);
[[nodiscard]] Result<Value> squareRootOf(Algebra &algebra, const Value &value);
/// The principal one, not of zero.
[[nodiscard]] Result<Value> logarithmOf(Algebra &algebra, const Value &value);
[[nodiscard]] Result<Value> exponentialOf(Algebra &algebra, const Value &value);
[[nodiscard]] Result<Value> sineOf(Algebra &algebra, const Value &value);
[[nodiscard]] Result<Value> cosineOf(Algebra &algebra, const Value &value);
/// The principal one, of a base that is not positive, with an exponent that is not whole.
[[nodiscard]] Result<Value> complexPower(Algebra &algebra, const Value &base, const Value &exponent);

}
