// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/schema.h"

#include <QByteArray>
#include <QList>

/// What tools take and give beside texts and small numbers, as members of their structs.
namespace moe::tools {

/// How many characters a number may have.
inline constexpr qsizetype longestNumber = 100'000;

/// A decimal number as it was written, never through a double: a JSON number of any length, or a text. In a text white
/// space around it is ignored, a plus sign is fine, a minus sign may be the typographic one, and points and commas are
/// as in writtenNumber(): "2489,50", "1.234,56"; what is not clear ("1,234") is refused.
struct ExactNumber {
    /// "-12.5", "1e-7": a JSON number, without a plus sign, needless zeros or an exponent of more than 5 digits.
    QByteArray text = QByteArrayLiteral("0");

    [[nodiscard]] static std::expected<ExactNumber, QString> fromJson(QByteArrayView json);
    [[nodiscard]] static std::expected<ExactNumber, QString> fromText(const QString &text);
    [[nodiscard]] QByteArray toJson() const { return text; }
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Number, .isTextToo = true};

    friend bool operator==(const ExactNumber &, const ExactNumber &) = default;
};

/// A whole number, likewise: "-12", also from "12.0" or "1e3" as long as it is short.
struct ExactInteger {
    QByteArray text = QByteArrayLiteral("0");

    [[nodiscard]] static std::expected<ExactInteger, QString> fromJson(QByteArrayView json);
    [[nodiscard]] static std::expected<ExactInteger, QString> fromText(const QString &text);
    [[nodiscard]] QByteArray toJson() const { return text; }
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Integer, .isTextToo = true};

    friend bool operator==(const ExactInteger &, const ExactInteger &) = default;
};

/// A list of numbers: an array of numbers or texts, or one text with commas or semicolons between them (where a comma
/// separates, it is no decimal comma).
template <typename Number>
struct ListOrText {
    QList<Number> items;

    [[nodiscard]] static std::expected<ListOrText, QString> fromJson(QByteArrayView json);
    [[nodiscard]] QByteArray toJson() const { return wire::write(items); }
    static constexpr wire::Schema schema{.type = wire::Schema::Type::List, .isTextToo = true, .items = &Number::schema};
};
using NumberList = ListOrText<ExactNumber>;
using IntegerList = ListOrText<ExactInteger>;

}
