// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/unittable.h"

namespace moe::tools {

/// Reads products, quotients and powers of units: "km/h", "kg*m/s^2", "W/(m²·K)", "miles per hour", "kW h". Factors
/// count from left to right; a division is by the next factor alone.
class UnitExpression
{
public:
    /// Numbers are for definitions: in "l/100km" nobody knows what is divided.
    enum class Numbers { Refused, Allowed };

    UnitExpression(const UnitTable &table, const QString &text, Numbers numbers)
        : m_table(table)
        , m_text(text)
        , m_numbers(numbers)
    { }

    [[nodiscard]] Result<UnitValue> read();

private:
    [[nodiscard]] Result<UnitValue> product();
    [[nodiscard]] Result<UnitValue> factor();
    [[nodiscard]] Result<UnitValue> number();
    [[nodiscard]] Result<UnitValue> name();
    [[nodiscard]] Result<int> exponent();
    [[nodiscard]] QString word();
    [[nodiscard]] QChar next() const { return m_at < m_text.size() ? m_text.at(m_at) : QChar(); }
    /// A further factor without a sign: behind a space, or behind a number.
    [[nodiscard]] bool isBesideFactor() const;
    void skipSpace();
    bool skip(QStringView characters);
    bool skipWord(QStringView word);
    [[nodiscard]] Error malformed() const;

    const UnitTable &m_table;
    const QString m_text;
    const Numbers m_numbers;
    qsizetype m_at = 0;
    int m_depth = 0;
    int m_factors = 0;
};

}
