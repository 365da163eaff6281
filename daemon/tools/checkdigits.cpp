// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/checkdigits.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int decimalBase = 10;

int digitOf(QChar c) { return c.unicode() - u'0'; }

/// What makes the sum divisible by ten.
QString complement(int sum) { return QString::number((decimalBase - sum % decimalBase) % decimalBase); }

/// The remainder by 97 of the number that letters (A is 10) and digits are written after each other.
int remainderOf(QStringView text, int remainder)
{
    constexpr int modulus = 97;
    for (const QChar c : text) {
        const bool isDigit = c >= u'0' && c <= u'9';
        const int value = isDigit ? digitOf(c) : c.unicode() - u'A' + decimalBase;
        remainder = (remainder * (isDigit ? decimalBase : decimalBase * decimalBase) + value) % modulus;
    }
    return remainder;
}

}

QString ibanCheckDigits(const QString &iban)
{
    const int remainder = remainderOf(QString(iban.left(2) + u"00"), remainderOf(QStringView(iban).sliced(4), 0));
    return u"%1"_s.arg(98 - remainder, 2, decimalBase, '0'_L1);
}

QString isbn10CheckDigit(QStringView body)
{
    constexpr int modulus = 11;
    int sum = 0;
    for (qsizetype at = 0; at < body.size(); ++at)
        sum += int(decimalBase - at) * digitOf(body[at]);
    const int digit = (modulus - sum % modulus) % modulus;
    return digit == decimalBase ? u"X"_s : QString::number(digit);
}

QString eanCheckDigit(QStringView body)
{
    int sum = 0;
    for (qsizetype fromEnd = 0; fromEnd < body.size(); ++fromEnd)
        sum += (fromEnd % 2 == 0 ? 3 : 1) * digitOf(body[body.size() - 1 - fromEnd]);
    return complement(sum);
}

QString luhnCheckDigit(QStringView body)
{
    int sum = 0;
    for (qsizetype fromEnd = 0; fromEnd < body.size(); ++fromEnd) {
        const int digit = digitOf(body[body.size() - 1 - fromEnd]);
        const int doubled = 2 * digit;
        sum += fromEnd % 2 != 0 ? digit : doubled / decimalBase + doubled % decimalBase;
    }
    return complement(sum);
}

}
