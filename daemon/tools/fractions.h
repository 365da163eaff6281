// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

namespace moe::tools {

/// A number as callers write it: a decimal number, or a fraction as text ("1/6").
struct FractionOrNumber {
    ExactNumber numerator;
    ExactNumber denominator{"1"}; ///< not 0

    [[nodiscard]] static std::expected<FractionOrNumber, QString> fromJson(QByteArrayView json);
    [[nodiscard]] static std::expected<FractionOrNumber, QString> fromText(const QString &text);
    [[nodiscard]] QByteArray toJson() const;
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Number, .isTextToo = true};

    /// Neither part has more digits; else "too_large".
    [[nodiscard]] Result<Rational> rational(qsizetype mostDigits, const QString &argument) const;
};

/// An array of them, or one text with commas or semicolons between them.
struct FractionList {
    QList<FractionOrNumber> items;

    [[nodiscard]] static std::expected<FractionList, QString> fromJson(QByteArrayView json);
    [[nodiscard]] QByteArray toJson() const { return wire::write(items); }
    static constexpr wire::Schema schema{
        .type = wire::Schema::Type::List, .isTextToo = true, .items = &FractionOrNumber::schema};
};

}
