// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <optional>

namespace moe::tools {

/// The digits of a number without sign and exponent.
struct WrittenNumber {
    QByteArray whole;
    QByteArray fraction;
};

/// Of digits with points and commas, as they are written in English or German. If there are both, the last is the
/// decimal sign and the others separate thousands: "1.234,56", "1,234.56"; several of one kind separate thousands:
/// "1.234.567". A point alone is a decimal point, a comma alone a decimal comma: "2489,50", "0,125", "1234,567".
/// Nothing if it may as well separate thousands ("1,234": nothing is guessed), or if the text is no number.
[[nodiscard]] std::optional<WrittenNumber> writtenNumber(QByteArrayView text);

}
