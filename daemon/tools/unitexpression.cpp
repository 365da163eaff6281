// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/unitexpression.h"

#include "daemon/tools/tool.h"

#include <algorithm>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype longestText = 200;
constexpr int deepest = 5;
constexpr int mostFactors = 20;
constexpr int largestExponent = 12;
constexpr int largestReached = 100;        // exponent of a base unit
constexpr std::size_t mostBits = 40'000;   // of a factor

bool isDigit(QChar c) { return c >= u'0' && c <= u'9'; }
bool isInName(QChar c) { return c.isLetter() || u"°′″%‰_-"_s.contains(c); }

/// Words that people put between units.
constexpr std::array perWords{u"per", u"pro", u"je"};

std::size_t bitsOf(const Rational &number)
{
    return mpz_sizeinbase(number.get_num_mpz_t(), 2) + mpz_sizeinbase(number.get_den_mpz_t(), 2);
}

Error tooLarge() { return badCall(u"The powers of the unit are too large."_s, {}, u"too_hard"_s); }

Result<UnitValue> multiplied(const UnitValue &left, const UnitValue &right)
{
    if (bitsOf(left.factor) + bitsOf(right.factor) > mostBits)
        return failure(tooLarge());
    return left * right;
}

/// Powers of powers grow without end: what would come of them is looked at first.
Result<UnitValue> raised(const UnitValue &value, int power)
{
    const auto isTooLarge = [power](int exponent) { return std::abs(exponent * power) > largestReached; };
    if (std::ranges::any_of(value.exponents, isTooLarge)
        || bitsOf(value.factor) * std::size_t(std::abs(power)) > mostBits)
        return failure(tooLarge());
    return value.power(power);
}

}

Result<UnitValue> UnitExpression::read()
{
    if (m_text.size() > longestText)
        return failure(badCall(u"The unit has more than %1 characters."_s.arg(longestText)));
    TRY(const UnitValue value, product());
    if (m_at < m_text.size())
        return failure(malformed());
    return value;
}

Result<UnitValue> UnitExpression::product()
{
    TRY(UnitValue value, factor());
    for (bool isDivided = false;;) {
        skipSpace();
        const bool isQuotient
            = skip(u"/") || std::ranges::any_of(perWords, [this](auto word) { return skipWord(word); });
        const bool isBeside = !isQuotient && isBesideFactor();
        if (!isQuotient && !isBeside && !skip(u"*·⋅×"))
            return value;
        if (isBeside && isDivided && m_numbers == Numbers::Refused)
            return failure(badCall(
                u"What is divided by what in \"%1\" is not clear: write parentheses or *."_s.arg(m_text.left(60))));
        isDivided = isDivided || isQuotient;
        TRY(const UnitValue right, factor());
        TRY(value, multiplied(value, isQuotient ? right.power(-1) : right));
    }
}

Result<UnitValue> UnitExpression::factor()
{
    skipSpace();
    if (++m_factors > mostFactors)
        return failure(badCall(u"The unit has more than %1 factors."_s.arg(mostFactors)));
    if (isDigit(next()) && m_numbers == Numbers::Allowed)
        return number();
    if (!skip(u"("))
        return name();
    if (++m_depth > deepest)
        return failure(badCall(u"The unit is nested too deeply."_s));
    TRY(const UnitValue value, product());
    --m_depth;
    if (!skip(u")"))
        return failure(malformed());
    TRY(const int power, exponent());
    return raised(value, power);
}

Result<UnitValue> UnitExpression::number()
{
    const qsizetype begin = m_at;
    while (isDigit(next()) || next() == u'.' || (next() == u'e' && m_at + 1 < m_text.size())
           || (next() == u'-' && m_text.at(m_at - 1) == u'e'))
        ++m_at;
    const auto value = rationalOf(m_text.sliced(begin, m_at - begin).toLatin1());
    if (!value)
        return failure(malformed());
    return UnitValue{.factor = *value, .exponents = {}, .offset = 0, .isApproximate = false};
}

Result<UnitValue> UnitExpression::name()
{
    QString text = word();
    QString known = text;
    qsizetype behindKnown = m_at;
    // Names of several words: up to an operator, or a word that is one.
    while (next() == u' ' && m_numbers == Numbers::Refused) {
        const qsizetype before = m_at;
        skipSpace();
        const bool isPer = std::ranges::any_of(perWords, [this](auto each) { return skipWord(each); });
        const QString further = isPer ? QString() : word();
        if (further.isEmpty()) {
            m_at = before;
            break;
        }
        text += u' ' + further;
        if (m_table.single(text)) {
            known = text;
            behindKnown = m_at;
        }
    }
    if (text.isEmpty())
        return failure(malformed());
    // "kW h": the other words are further factors.
    const bool isFirstOfProduct = known != text && m_table.named(known);
    if (isFirstOfProduct)
        m_at = behindKnown;
    TRY(const UnitValue unit, m_table.named(isFirstOfProduct ? known : text));
    TRY(const int power, exponent());
    return raised(unit, power);
}

/// 1 if there is none.
Result<int> UnitExpression::exponent()
{
    if (skip(u"²"))
        return 2;
    if (skip(u"³"))
        return 3;
    const bool isWritten = skip(u"^");
    const bool isNegative = isWritten && skip(u"-");
    if (!isWritten && !isDigit(next()))
        return 1;
    int value = 0;
    if (!isDigit(next()))
        return failure(malformed());
    while (isDigit(next()) && value <= largestExponent)
        value = value * 10 + m_text.at(m_at++).digitValue();
    if (value > largestExponent)
        return failure(badCall(u"Exponents of units are at most %1."_s.arg(largestExponent)));
    return isNegative ? -value : value;
}

QString UnitExpression::word()
{
    const qsizetype begin = m_at;
    while (isInName(next()))
        ++m_at;
    return m_text.sliced(begin, m_at - begin);
}

void UnitExpression::skipSpace()
{
    while (next().isSpace())
        ++m_at;
}

bool UnitExpression::isBesideFactor() const
{
    return isInName(next()) && (m_numbers == Numbers::Allowed || m_text.at(m_at - 1).isSpace());
}

bool UnitExpression::skip(QStringView characters)
{
    if (next().isNull() || !characters.contains(next()))
        return false;
    ++m_at;
    return true;
}

bool UnitExpression::skipWord(QStringView word)
{
    const QStringView rest = QStringView(m_text).sliced(m_at);
    if (!rest.startsWith(word) || (rest.size() > word.size() && isInName(rest.at(word.size()))))
        return false;
    m_at += word.size();
    return true;
}

Error UnitExpression::malformed() const
{
    return badCall(u"The unit \"%1\" cannot be understood at position %2."_s.arg(m_text.left(60)).arg(m_at + 1));
}

}
