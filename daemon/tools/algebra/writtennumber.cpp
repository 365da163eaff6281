// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/writtennumber.h"

#include <algorithm>

namespace moe::tools {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isDigits(QByteArrayView text) { return std::ranges::all_of(text, &isDigit); }

/// "1.234.567" without the points.
std::optional<QByteArray> withoutThousands(QByteArrayView text, char separator)
{
    QByteArray digits;
    for (const QByteArray &group : text.toByteArray().split(separator)) {
        const bool isFirst = digits.isEmpty();
        const bool isRightLong = isFirst ? !group.isEmpty() && group.size() <= 3 : group.size() == 3;
        if (!isRightLong || !isDigits(group) || (isFirst && group.front() == '0'))
            return {};
        digits += group;
    }
    return digits;
}

/// It can be nothing but a decimal sign.
bool isDecimal(char sign, QByteArrayView whole, QByteArrayView fraction)
{
    if (sign == '.')
        return !whole.isEmpty() || !fraction.isEmpty();
    return !fraction.isEmpty() && (fraction.size() != 3 || whole.size() > 3 || whole.isEmpty() || whole == "0");
}

}

std::optional<WrittenNumber> writtenNumber(QByteArrayView text)
{
    const qsizetype last = std::max(text.lastIndexOf('.'), text.lastIndexOf(','));
    if (last < 0)
        return !text.isEmpty() && isDigits(text) ? std::optional(WrittenNumber{text.toByteArray(), {}}) : std::nullopt;
    const char sign = text[last];
    const QByteArrayView before = text.first(last);
    const QByteArrayView behind = text.sliced(last + 1);
    if (!isDigits(behind))
        return {};
    if (isDigits(before))
        return isDecimal(sign, before, behind)
            ? std::optional(WrittenNumber{before.toByteArray(), behind.toByteArray()})
            : std::nullopt;
    const bool isOneKind = before.contains(sign);
    const auto whole = isOneKind ? withoutThousands(text, sign) : withoutThousands(before, sign == '.' ? ',' : '.');
    if (!whole || behind.isEmpty())
        return {};
    return WrittenNumber{*whole, isOneKind ? QByteArray() : behind.toByteArray()};
}

}
