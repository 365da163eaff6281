// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/decimals.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype mostZeros = 5; // before the point, or behind it, where digits are rounded

QByteArray digitsOf(const Integer &number) { return QByteArray::fromStdString(number.get_str()); }

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

QString withSign(const Rational &number, const QString &absolute)
{
    return sgn(number) < 0 ? QString(u'-' + absolute) : absolute;
}

/// How many digits it has before the point, or one more; less than one if it begins with decimals.
qsizetype wholeDigits(const Rational &number)
{
    constexpr int decimalBase = 10;
    return qsizetype(mpz_sizeinbase(number.get_num_mpz_t(), decimalBase))
        - qsizetype(mpz_sizeinbase(number.get_den_mpz_t(), decimalBase)) + 1;
}

}

QString integerText(const Integer &number) { return QString::fromStdString(number.get_str()); }

QString fractionText(const Rational &number) { return QString::fromStdString(number.get_str()); }

QString fixedText(const Rational &number, int decimals)
{
    const Rational rounded = roundedTo(number, decimals);
    const QByteArray digits = digitsOf(timesPowerOfTen(abs(rounded), decimals).get_num());
    return withSign(rounded, plain(digits, digits.size() - decimals));
}

std::optional<QString> exactDecimal(const Rational &number, qsizetype mostDecimals)
{
    Integer rest = number.get_den();
    const auto twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(2).get_mpz_t());
    const auto fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(5).get_mpz_t());
    const auto decimals = qsizetype(std::max(twos, fives));
    if (rest != 1 || decimals > mostDecimals)
        return {};
    const QByteArray digits = digitsOf(timesPowerOfTen(abs(number), decimals).get_num());
    return withSign(number, plain(digits, digits.size() - decimals));
}

QString roundedDecimal(const Rational &number, int digits)
{
    if (sgn(number) == 0)
        return u"0"_s;
    // Some digits more than asked for, and whether there is anything behind them.
    const Integer numerator = abs(number.get_num());
    const qsizetype shift = digits + 3 - wholeDigits(number);
    const Integer dividend = shift > 0 ? Integer(numerator * powerOfTen(shift)) : numerator;
    const Integer divisor = shift < 0 ? Integer(number.get_den() * powerOfTen(-shift)) : number.get_den();
    const QByteArray found = digitsOf(Integer(dividend / divisor));
    qsizetype point = found.size() - shift;
    Integer kept(found.first(digits).toStdString());
    if (found.at(digits) >= '5') // halves go up, so what is behind them does not matter
        ++kept;
    QByteArray shown = digitsOf(kept);
    if (shown.size() > digits) {
        shown.chop(1);
        ++point;
    }
    const bool isPlain = point > -mostZeros && point <= digits + mostZeros;
    return withSign(number, isPlain ? plain(shown, point) : scientific(shown, point));
}

Decimal decimalOf(const Rational &number, qsizetype mostDecimals)
{
    if (auto exact = exactDecimal(number, mostDecimals))
        return {*std::move(exact), false};
    QString rounded = roundedDecimal(number);
    const bool isRounded = rationalOf(rounded.toLatin1()) != number;
    return {std::move(rounded), isRounded};
}

Decimal squareRoot(const Rational &number)
{
    const Integer &numerator = number.get_num();
    const Integer &denominator = number.get_den();
    if (mpz_perfect_square_p(numerator.get_mpz_t()) != 0 && mpz_perfect_square_p(denominator.get_mpz_t()) != 0)
        return decimalOf(Rational(sqrt(numerator), sqrt(denominator)));
    // More digits than wanted, then one that stands for all that follow: the root never ends, so it is no half.
    const qsizetype decimals = roundedDigits + 3 - wholeDigits(number) / 2;
    const Integer root = sqrt(Integer(timesPowerOfTen(number, 2 * decimals)));
    return {roundedDecimal(timesPowerOfTen(Rational(root * powerOfTen(1) + 1), -decimals - 1)), true};
}

}
