// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <gmpxx.h>
#include <optional>

/// Numbers as texts, without doubles.
namespace moe::tools {

inline constexpr int shownDigits = 15;

/// Of a decimal number ("-12.5", "0.14e-3") or a fraction ("3/4"). Nothing if it is none, or has an exponent beyond
/// 100,000.
[[nodiscard]] std::optional<mpq_class> rationalOf(const QByteArray &text);

/// All its decimals: "0.75". Nothing if they do not end, or only after very many.
[[nodiscard]] std::optional<QString> exactDecimal(const mpq_class &number);

/// To so many significant digits, halves away from zero: "0.333333333333333", "1.23e50" where zeros would hide them.
[[nodiscard]] QString roundedDecimal(const mpq_class &number, int digits = shownDigits);

/// A number as callers are told it.
struct ShownNumber {
    QString text;
    bool isRounded = false;
};

/// Exact if that is possible, else rounded.
[[nodiscard]] ShownNumber shown(const mpq_class &number);

}
