// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/comparablenumbers.h"

#include "daemon/tools/rational.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace moe::tools {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isOfNumber(char c) { return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'; }
bool isOfName(char c)
{
    const char lower = char(c | 0x20);
    return isDigit(c) || (lower >= 'a' && lower <= 'z') || c == '_' || c == '.' || static_cast<signed char>(c) < 0;
}

bool isOf64Bits(const QByteArray &whole)
{
    bool isSigned = false;
    bool isUnsigned = false;
    whole.toLongLong(&isSigned);
    whole.toULongLong(&isUnsigned);
    return isSigned || (isUnsigned && !whole.startsWith('-'));
}

double nearestDouble(QByteArrayView number)
{
    constexpr double largest = std::numeric_limits<double>::max();
    return std::clamp(number.toDouble(), -largest, largest);
}

/// With an exponent, so that it is not read as an integer; without a plus sign, which paths know as an operator only.
QByteArray written(double number)
{
    std::array<char, 32> digits{};
    const auto end
        = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::scientific).ptr;
    return QByteArray(digits.data(), end - digits.data()).replace('+', QByteArrayView());
}

std::optional<Rational> valueOf(QByteArrayView number)
{
    const auto exact = ExactNumber::fromText(QString::fromLatin1(number));
    return exact ? rationalOf(exact->text) : std::nullopt;
}

/// Whether the double, written as shortly as possible, is the same number again.
bool isExact(QByteArrayView number, double nearest)
{
    constexpr double smallest = 1e-300; // smaller ones have fewer digits
    constexpr double largest = 1e300;
    if (std::abs(nearest) < smallest || std::abs(nearest) > largest)
        return false;
    if (std::ranges::count_if(number, isDigit) <= std::numeric_limits<double>::digits10)
        return true;
    const auto value = valueOf(number);
    return value && value == valueOf(written(nearest));
}

class Rewriting
{
public:
    explicit Rewriting(const QByteArray &text) : m_text(text) { m_result.text.reserve(text.size()); }

    [[nodiscard]] ComparableNumbers result()
    {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"' || c == '\'')
                copyQuoted(c);
            else if (isDigit(c) || (c == '-' && m_at + 1 < m_text.size() && isDigit(m_text[m_at + 1])))
                addNumber(take(isOfNumber));
            else if (isOfName(c))
                m_result.text += take(isOfName);
            else
                m_result.text += m_text[m_at++];
        }
        return std::move(m_result);
    }

private:
    QByteArrayView take(bool (*isPart)(char))
    {
        const auto rest = QByteArrayView(m_text).sliced(m_at);
        const auto end = std::find_if_not(rest.begin() + 1, rest.end(), isPart);
        m_at += end - rest.begin();
        return {rest.begin(), end};
    }

    void copyQuoted(char quote)
    {
        const qsizetype begin = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != quote)
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_text.size());
        m_result.text += QByteArrayView(m_text).sliced(begin, m_at - begin);
    }

    void addNumber(QByteArrayView number)
    {
        constexpr qsizetype shortest = 18; // digits that 64 bits always have room for
        const bool isPlain = std::ranges::all_of(number.sliced(1), isDigit);
        if (isPlain && number.size() <= shortest) {
            m_result.text += number;
            return;
        }
        if (!isPlain && !ExactNumber::fromText(QString::fromLatin1(number))) { // "1-2" in a path, or a vast exponent
            m_result.text += number;
            m_result.hasInexact |= number.contains('e') || number.contains('E');
            return;
        }
        const auto whole = ExactInteger::fromText(QString::fromLatin1(number));
        if (whole && isOf64Bits(whole->text)) {
            m_result.text += whole->text;
            return;
        }
        const double nearest = nearestDouble(number);
        m_result.text += written(nearest);
        m_result.hasHuge |= whole.has_value() || std::abs(nearest) >= 0x1p63;
        m_result.hasInexact |= !isExact(number, nearest);
    }

    const QByteArray &m_text;
    ComparableNumbers m_result;
    qsizetype m_at = 0;
};

}

ComparableNumbers comparableNumbers(const QByteArray &text) { return Rewriting(text).result(); }

}
