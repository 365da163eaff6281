// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

/// Check digits of numbers that people copy. Texts hold ASCII digits only, IBANs ASCII upper-case letters too.
namespace moe::tools {

/// The two digits at the third and fourth place of an IBAN of at least 5 characters, whatever is there.
[[nodiscard]] QString ibanCheckDigits(const QString &iban);
/// The last character of an ISBN-10, from the 9 before: a digit or X.
[[nodiscard]] QString isbn10CheckDigit(QStringView body);
/// The last digit of an ISBN-13, EAN-8 or EAN-13, from those before.
[[nodiscard]] QString eanCheckDigit(QStringView body);
/// The last digit by Luhn's rule, from those before.
[[nodiscard]] QString luhnCheckDigit(QStringView body);

}
