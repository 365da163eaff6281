// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/values.h"

#include <gmpxx.h>

/// Exact integers and fractions of any size. What is computed with them is bounded where numbers come in: GMP itself
/// ends the process when memory does. How they are written is in decimals.h.
namespace moe::tools {

using Integer = mpz_class;
using Rational = mpq_class;

/// Of a decimal number ("-12.5", "0.14e-3") or a fraction ("3/4"). Nothing if it is none, or has an exponent beyond
/// 100,000.
[[nodiscard]] std::optional<Rational> rationalOf(QByteArrayView text);

/// The number, if it has at most `mostDigits` digits written without an exponent; else "too_large". `argument` names
/// it in the error.
[[nodiscard]] Result<Integer> integerOf(const ExactInteger &number, qsizetype mostDigits, const QString &argument);
[[nodiscard]] Result<Rational> rationalOf(const ExactNumber &number, qsizetype mostDigits, const QString &argument);

[[nodiscard]] Integer powerOfTen(qsizetype exponent);
[[nodiscard]] Rational timesPowerOfTen(Rational number, qsizetype exponent);
/// To so many decimals, halves away from zero.
[[nodiscard]] Rational roundedTo(const Rational &number, int decimals);

}
