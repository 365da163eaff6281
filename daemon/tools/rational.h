// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/values.h"

#include <gmpxx.h>

/// Exact integers and fractions of any size. What is computed with them is bounded where numbers come in: GMP itself
/// ends the process when memory does.
namespace moe::tools {

using Integer = mpz_class;
using Rational = mpq_class;

/// How many significant digits results have that cannot be written exactly.
inline constexpr int roundedDigits = 15;

/// A number written in decimals.
struct Decimal {
    QString text;
    bool isRounded = false;
};

/// The number, if it has at most `mostDigits` digits written without an exponent; else "too_large". `argument` names
/// it in the error.
[[nodiscard]] Result<Integer> integerOf(const ExactInteger &number, qsizetype mostDigits, const QString &argument);
[[nodiscard]] Result<Rational> rationalOf(const ExactNumber &number, qsizetype mostDigits, const QString &argument);

[[nodiscard]] QString textOf(const Integer &number);
/// "3", "-1/3".
[[nodiscard]] QString fractionText(const Rational &number);
/// Exactly if it ends after not too many decimals ("0.125"), else as roundedText().
[[nodiscard]] Decimal decimalOf(const Rational &number);
/// To roundedDigits, halves away from zero; with an exponent if it is larger than these or very small ("1.5e-20").
[[nodiscard]] Decimal roundedText(const Rational &number);
/// With exactly so many decimals, halves away from zero ("2.50").
[[nodiscard]] QString fixedText(const Rational &number, int decimals);
/// To so many decimals, halves away from zero.
[[nodiscard]] Rational roundedTo(const Rational &number, int decimals);
/// Of a number that is not negative: exact where the root is a fraction, else its correctly rounded digits.
[[nodiscard]] Decimal squareRoot(const Rational &number);

[[nodiscard]] Integer powerOfTen(unsigned long exponent);

}
