// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

/// How exact numbers are written, without doubles.
namespace moe::tools {

/// How many significant digits results have that cannot be written exactly.
inline constexpr int roundedDigits = 15;

/// How many decimals are written where a number ends only after them: usually, and where all are wanted.
inline constexpr qsizetype usualDecimals = 100;
inline constexpr qsizetype allDecimals = 30'000;

/// A number as callers are told it.
struct Decimal {
    QString text;
    bool isRounded = false;
};

[[nodiscard]] QString integerText(const Integer &number);
/// "3", "-1/3".
[[nodiscard]] QString fractionText(const Rational &number);
/// With exactly so many decimals, halves away from zero ("2.50").
[[nodiscard]] QString fixedText(const Rational &number, int decimals);
/// All its decimals: "0.75". Nothing if they do not end, or only after more than `mostDecimals`.
[[nodiscard]] std::optional<QString> exactDecimal(const Rational &number, qsizetype mostDecimals = allDecimals);
/// To so many significant digits, halves away from zero: "0.333333333333333", "1.23e50" where zeros would hide them.
[[nodiscard]] QString roundedDecimal(const Rational &number, int digits = roundedDigits);
/// Exactly if that is possible, else rounded.
[[nodiscard]] Decimal decimalOf(const Rational &number, qsizetype mostDecimals = usualDecimals);
/// Of the root of a number that is not negative: exactly if the root is a fraction, else its correctly rounded digits.
[[nodiscard]] Decimal squareRoot(const Rational &number);

}
