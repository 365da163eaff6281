// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/rational.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int mostDecimals = 100;     // of what is written exactly
constexpr int smallestExponent = -7;  // below, and from largestExponent on, rounded numbers have an exponent
constexpr int largestExponent = roundedDigits;
constexpr int decimalBase = 10;

/// The parts of a number as ExactNumber has them.
struct Parts {
    QByteArray digits; // with the sign, without the point
    int exponent = 0;  // of ten
};

Parts partsOf(const ExactNumber &number)
{
    const qsizetype e = number.text.indexOf('e');
    Parts parts{number.text.first(e < 0 ? number.text.size() : e), e < 0 ? 0 : number.text.sliced(e + 1).toInt()};
    const qsizetype point = parts.digits.indexOf('.');
    if (point >= 0) {
        parts.exponent -= int(parts.digits.size() - point - 1);
        parts.digits.remove(point, 1);
    }
    return parts;
}

Error tooLong(qsizetype mostDigits, const QString &argument)
{
    return badCall(u"%1: numbers may have %2 digits here."_s.arg(argument).arg(mostDigits), argument, u"too_large"_s);
}

Rational timesPowerOfTen(Rational number, int exponent)
{
    if (exponent >= 0)
        number *= powerOfTen(unsigned(exponent));
    else
        number /= powerOfTen(unsigned(-exponent));
    return number;
}

/// The nearest integer, halves away from zero.
Integer nearest(const Rational &number)
{
    const Integer size = (2 * abs(number.get_num()) + number.get_den()) / (2 * number.get_den());
    return sgn(number) < 0 ? Integer(-size) : size;
}

Integer scaledTo(const Rational &number, int decimals) { return nearest(timesPowerOfTen(number, decimals)); }

QString withPoint(const Integer &scaled, int decimals)
{
    const Integer size = abs(scaled);
    QString digits = textOf(size).rightJustified(decimals + 1, u'0');
    if (decimals > 0)
        digits.insert(digits.size() - decimals, u'.');
    return sgn(scaled) < 0 ? QString(u'-' + digits) : digits;
}

QString withoutZeros(QString text)
{
    if (!text.contains(u'.'))
        return text;
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

/// How many decimals write it exactly; nothing if none do, or too many.
std::optional<int> decimalsOf(const Rational &number)
{
    Integer rest = number.get_den();
    const auto twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(2).get_mpz_t());
    const auto fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(5).get_mpz_t());
    const auto decimals = std::max(twos, fives);
    return rest == 1 && decimals <= mostDecimals ? std::optional(int(decimals)) : std::nullopt;
}

/// Of its first significant digit; the number is not zero.
int decimalExponent(const Rational &number)
{
    const Rational size = abs(number);
    // GMP may count a digit too many in either.
    int exponent = int(mpz_sizeinbase(size.get_num().get_mpz_t(), decimalBase))
        - int(mpz_sizeinbase(size.get_den().get_mpz_t(), decimalBase)) + 1;
    while (timesPowerOfTen(size, -exponent) < 1)
        --exponent;
    return exponent;
}

QString scientific(const Integer &significand, int exponent)
{
    return withoutZeros(withPoint(significand, roundedDigits - 1)) + u"e%1"_s.arg(exponent);
}

}

Integer powerOfTen(unsigned long exponent)
{
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), decimalBase, exponent);
    return power;
}

Result<Integer> integerOf(const ExactInteger &number, qsizetype mostDigits, const QString &argument)
{
    if (number.text.size() - number.text.startsWith('-') > mostDigits)
        return failure(tooLong(mostDigits, argument));
    return Integer(number.text.constData(), decimalBase);
}

Result<Rational> rationalOf(const ExactNumber &number, qsizetype mostDigits, const QString &argument)
{
    const Parts parts = partsOf(number);
    const qsizetype size = parts.digits.size() - parts.digits.startsWith('-');
    if (std::max(size, qsizetype(-parts.exponent)) > mostDigits || size + parts.exponent > mostDigits)
        return failure(tooLong(mostDigits, argument));
    return timesPowerOfTen(Rational(Integer(parts.digits.constData(), decimalBase)), parts.exponent);
}

QString textOf(const Integer &number) { return QString::fromStdString(number.get_str()); }

QString fractionText(const Rational &number) { return QString::fromStdString(number.get_str()); }

Decimal decimalOf(const Rational &number)
{
    const auto decimals = decimalsOf(number);
    return decimals ? Decimal{withPoint(scaledTo(number, *decimals), *decimals), false} : roundedText(number);
}

Decimal roundedText(const Rational &number)
{
    if (sgn(number) == 0)
        return {u"0"_s, false};
    int exponent = decimalExponent(number);
    Integer significand = scaledTo(number, roundedDigits - 1 - exponent);
    if (abs(significand) == powerOfTen(roundedDigits)) {
        ++exponent;
        significand /= decimalBase;
    }
    const int decimals = roundedDigits - 1 - exponent;
    const bool isRounded = timesPowerOfTen(Rational(significand), -decimals) != number;
    if (exponent < smallestExponent || exponent >= largestExponent)
        return {scientific(significand, exponent), isRounded};
    return {withoutZeros(withPoint(significand, decimals)), isRounded};
}

QString fixedText(const Rational &number, int decimals) { return withPoint(scaledTo(number, decimals), decimals); }

Rational roundedTo(const Rational &number, int decimals)
{
    return timesPowerOfTen(Rational(scaledTo(number, decimals)), -decimals);
}

Decimal squareRoot(const Rational &number)
{
    const Integer &numerator = number.get_num();
    const Integer &denominator = number.get_den();
    if (mpz_perfect_square_p(numerator.get_mpz_t()) != 0 && mpz_perfect_square_p(denominator.get_mpz_t()) != 0)
        return decimalOf(Rational(sqrt(numerator), sqrt(denominator)));
    // More digits than wanted, then one that stands for all that follow: the root never ends, so it is no half.
    const int decimals = roundedDigits + 2 - decimalExponent(number) / 2;
    const Integer root = sqrt(Integer(timesPowerOfTen(number, 2 * decimals)));
    return {roundedText(timesPowerOfTen(Rational(root * decimalBase + 1), -decimals - 1)).text, true};
}

}
