// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/decimals.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int largestExponent = 100'000;
constexpr qsizetype mostDecimals = 30'000;
constexpr qsizetype mostZeros = 20; // before the point, or behind it

mpz_class powerOfTen(qsizetype exponent)
{
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(exponent));
    return power;
}

QByteArray digitsOf(const mpz_class &number) { return QByteArray::fromStdString(number.get_str()); }

std::optional<mpz_class> wholeOf(QByteArrayView text)
{
    const QByteArrayView digits = text.startsWith('-') ? text.sliced(1) : text;
    const bool isNumber = !digits.isEmpty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? std::optional(mpz_class(text.toByteArray().toStdString(), 10)) : std::nullopt;
}

/// Digits with the point behind the first `point` of them, which may be outside of them.
QString plain(const QByteArray &digits, qsizetype point)
{
    if (point <= 0)
        return u"0."_s + QString(-point, u'0') + QString::fromLatin1(digits);
    if (point >= digits.size())
        return QString::fromLatin1(digits) + QString(point - digits.size(), u'0');
    return QString::fromLatin1(digits.first(point)) + u'.' + QString::fromLatin1(digits.sliced(point));
}

QString scientific(const QByteArray &digits, qsizetype point)
{
    return plain(digits, 1) + u'e' + QString::number(point - 1);
}

QString withSign(const mpq_class &number, const QString &absolute)
{
    return sgn(number) < 0 ? QString(u'-' + absolute) : absolute;
}

}

std::optional<mpq_class> rationalOf(const QByteArray &text)
{
    if (const qsizetype slash = text.indexOf('/'); slash >= 0) {
        const auto numerator = wholeOf(text.first(slash));
        const auto denominator = wholeOf(text.sliced(slash + 1));
        if (!numerator || !denominator || sgn(*denominator) <= 0)
            return {};
        mpq_class fraction(*numerator, *denominator);
        fraction.canonicalize();
        return fraction;
    }
    const qsizetype letter = text.indexOf('e');
    QByteArray digits = letter < 0 ? text : text.first(letter);
    bool isNumber = true;
    qsizetype exponent = letter < 0 ? 0 : text.sliced(letter + 1).toInt(&isNumber);
    if (const qsizetype point = digits.indexOf('.'); point >= 0) {
        exponent -= digits.size() - point - 1;
        digits.remove(point, 1);
    }
    const auto whole = wholeOf(digits);
    if (!isNumber || !whole || std::abs(exponent) > largestExponent)
        return {};
    mpq_class number(*whole);
    if (exponent >= 0)
        number *= powerOfTen(exponent);
    else
        number /= powerOfTen(-exponent);
    return number;
}

std::optional<QString> exactDecimal(const mpq_class &number)
{
    mpz_class rest = number.get_den();
    const auto twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), mpz_class(2).get_mpz_t());
    const auto fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), mpz_class(5).get_mpz_t());
    const auto decimals = qsizetype(std::max(twos, fives));
    if (rest != 1 || decimals > mostDecimals)
        return {};
    const mpq_class scaled = abs(number) * powerOfTen(decimals);
    const QByteArray digits = digitsOf(scaled.get_num());
    return withSign(number, plain(digits, digits.size() - decimals));
}

QString roundedDecimal(const mpq_class &number, int digits)
{
    if (sgn(number) == 0)
        return u"0"_s;
    // Some digits more than asked for, and whether there is anything behind them.
    const mpz_class numerator = abs(number.get_num());
    const auto size
        = qsizetype(mpz_sizeinbase(numerator.get_mpz_t(), 10)) - qsizetype(mpz_sizeinbase(number.get_den_mpz_t(), 10));
    const qsizetype shift = digits + 2 - size;
    const mpz_class dividend = shift > 0 ? mpz_class(numerator * powerOfTen(shift)) : numerator;
    const mpz_class divisor = shift < 0 ? mpz_class(number.get_den() * powerOfTen(-shift)) : number.get_den();
    const mpz_class quotient = dividend / divisor;
    const QByteArray found = digitsOf(quotient);
    qsizetype point = found.size() - shift;
    mpz_class kept(found.first(digits).toStdString(), 10);
    if (found.at(digits) >= '5') // halves go up, so what is behind them does not matter
        ++kept;
    QByteArray shownText = digitsOf(kept);
    if (shownText.size() > digits) {
        shownText.chop(1);
        ++point;
    }
    const bool isPlain = point > -mostZeros / 4 && point <= digits + mostZeros / 4;
    return withSign(number, isPlain ? plain(shownText, point) : scientific(shownText, point));
}

ShownNumber shown(const mpq_class &number)
{
    if (auto exact = exactDecimal(number))
        return {*std::move(exact), false};
    return {roundedDecimal(number), true};
}

}
