// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

#include <QHash>
#include <QString>

#include <array>
#include <vector>

namespace moe::tools {

/// What a unit, or a product of units, is in base units: exact.
struct UnitValue {
    static constexpr std::size_t baseCount = 9;
    using Exponents = std::array<int, baseCount>;

    Rational factor{1};
    Exponents exponents{};
    Rational offset{0};        ///< in base units; where the zero of a single unit such as °C is
    bool isApproximate = false; ///< its definition is

    [[nodiscard]] UnitValue operator*(const UnitValue &other) const;
    [[nodiscard]] UnitValue power(int exponent) const;
};

/// Units by symbol and name, with prefixes. A value that does not change.
class UnitTable
{
public:
    /// From the text of resources/units/units.txt; the error names the line.
    [[nodiscard]] static Result<UnitTable> parse(const QString &text);
    /// What the program brings along.
    [[nodiscard]] static UnitTable builtIn();

    /// Of products, quotients and powers such as "km/h", "kg*m/s^2", "miles per hour". Offsets are only those of a
    /// single unit: elsewhere a degree is a difference. "unknown_unit", "invalid_arguments".
    [[nodiscard]] Result<UnitValue> find(const QString &expression) const;

    /// One symbol or name, with or without a prefix; nothing if there is none.
    [[nodiscard]] std::optional<UnitValue> single(const QString &name) const;

    /// The same, also with upper for lower case if it can be one unit only. "unknown_unit" says what may be meant.
    [[nodiscard]] Result<UnitValue> named(const QString &name) const;

    /// "speed"; without a name of its own "kg·m^2/s"-like in base units.
    [[nodiscard]] QString dimensionName(const UnitValue &value) const;

private:
    struct Unit {
        UnitValue value;
        bool hasBinaryPrefixes = false;
        int smallestPrefix = 1; ///< exponents of ten; at first it takes none
        int largestPrefix = 0;

        [[nodiscard]] bool takes(int base, int exponent) const;
    };
    /// As it is written properly.
    struct Spelling {
        QString symbol;
        UnitValue value;
    };

    Result<void> readLine(const QString &line);
    Result<void> addUnit(const QStringList &fields);
    Result<void> addUnclear(const QStringList &fields);
    Result<UnitValue> define(const QString &definition, const QString &symbol);
    Result<void> addName(QHash<QString, std::size_t> &names, const QString &name);
    [[nodiscard]] const Unit *unitOf(const QHash<QString, std::size_t> &names, const QString &name) const;
    /// Without "square" and the like before it.
    [[nodiscard]] std::optional<UnitValue> plain(const QString &name) const;
    [[nodiscard]] std::vector<Spelling> inOtherCase(const QString &name) const;
    static Result<void> readPrefixes(const QString &field, Unit &unit);

    std::vector<Unit> m_units;
    QHash<QString, std::size_t> m_symbols;
    QHash<QString, std::size_t> m_names; ///< lower case
    QHash<QString, QString> m_unclear;   ///< what to write instead of these
    std::vector<QString> m_baseSymbols;
    std::vector<std::pair<UnitValue::Exponents, QString>> m_dimensions;
};

}
