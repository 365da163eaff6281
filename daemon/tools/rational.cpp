// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/rational.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int decimalBase = 10;
constexpr qsizetype largestExponent = 100'000;

/// Of a decimal number: the digits with the sign, without the point, times ten to the exponent.
struct Parts {
    QByteArray digits;
    qsizetype exponent = 0;
};

bool areDigits(QByteArrayView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Parts> partsOf(QByteArrayView text)
{
    const qsizetype letter = text.indexOf('e');
    Parts parts{text.first(letter < 0 ? text.size() : letter).toByteArray(), 0};
    bool isNumber = true;
    if (letter >= 0)
        parts.exponent = text.sliced(letter + 1).toInt(&isNumber);
    if (const qsizetype point = parts.digits.indexOf('.'); point >= 0) {
        parts.exponent -= parts.digits.size() - point - 1;
        parts.digits.remove(point, 1);
    }
    if (!isNumber || !areDigits(QByteArrayView(parts.digits).sliced(parts.digits.startsWith('-') ? 1 : 0)))
        return {};
    return parts;
}

Integer integerOf(const QByteArray &digits) { return Integer(digits.constData(), decimalBase); }

std::optional<Rational> fractionOf(QByteArrayView top, QByteArrayView bottom)
{
    const auto numerator = partsOf(top);
    if (!numerator || numerator->exponent != 0 || !areDigits(bottom))
        return {};
    const Integer denominator = integerOf(bottom.toByteArray());
    if (denominator == 0)
        return {};
    Rational fraction(integerOf(numerator->digits), denominator);
    fraction.canonicalize();
    return fraction;
}

Error tooLong(qsizetype mostDigits, const QString &argument)
{
    return badCall(u"%1: numbers may have %2 digits here."_s.arg(argument).arg(mostDigits), argument, u"too_large"_s);
}

}

std::optional<Rational> rationalOf(QByteArrayView text)
{
    if (const qsizetype slash = text.indexOf('/'); slash >= 0)
        return fractionOf(text.first(slash), text.sliced(slash + 1));
    const auto parts = partsOf(text);
    if (!parts || std::abs(parts->exponent) > largestExponent)
        return {};
    return timesPowerOfTen(Rational(integerOf(parts->digits)), parts->exponent);
}

Result<Integer> integerOf(const ExactInteger &number, qsizetype mostDigits, const QString &argument)
{
    if (number.text.size() - number.text.startsWith('-') > mostDigits)
        return failure(tooLong(mostDigits, argument));
    return integerOf(number.text);
}

Result<Rational> rationalOf(const ExactNumber &number, qsizetype mostDigits, const QString &argument)
{
    const Parts parts = partsOf(number.text).value_or(Parts{"0", 0});
    const qsizetype size = parts.digits.size() - parts.digits.startsWith('-');
    if (std::max(size, -parts.exponent) > mostDigits || size + parts.exponent > mostDigits)
        return failure(tooLong(mostDigits, argument));
    return timesPowerOfTen(Rational(integerOf(parts.digits)), parts.exponent);
}

Integer powerOfTen(qsizetype exponent)
{
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), decimalBase, static_cast<unsigned long>(exponent));
    return power;
}

Rational timesPowerOfTen(Rational number, qsizetype exponent)
{
    if (exponent >= 0)
        number *= powerOfTen(exponent);
    else
        number /= powerOfTen(-exponent);
    return number;
}

Rational roundedTo(const Rational &number, int decimals)
{
    const Rational scaled = timesPowerOfTen(abs(number), decimals);
    const Integer nearest = (2 * scaled.get_num() + scaled.get_den()) / (2 * scaled.get_den());
    return timesPowerOfTen(Rational(sgn(number) < 0 ? Integer(-nearest) : nearest), -decimals);
}

}
