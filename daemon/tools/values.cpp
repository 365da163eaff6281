// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/values.h"

#include "daemon/tools/algebra/writtennumber.h"

#include <algorithm>
#include <charconv>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int longestExponent = 5;       // digits
constexpr int largestWholeExponent = 4096; // of what is written as a whole number

/// The parts of a decimal number in ASCII: sign, digits before and after the point, exponent.
struct Parts {
    bool isNegative = false;
    QByteArray whole;
    QByteArray fraction;
    int exponent = 0;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

QByteArray digitsAt(QByteArrayView text, qsizetype &at)
{
    const qsizetype begin = at;
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return text.sliced(begin, at - begin).toByteArray();
}

std::expected<Parts, QString> partsOf(QByteArrayView text)
{
    const auto noNumber = std::unexpected(u"expected a number"_s);
    Parts parts;
    qsizetype at = 0;
    if (!text.isEmpty() && (text.front() == '-' || text.front() == '+'))
        parts.isNegative = text[at++] == '-';
    const qsizetype begin = at;
    while (at < text.size() && (isDigit(text[at]) || text[at] == '.' || text[at] == ','))
        ++at;
    const QByteArrayView digits = text.sliced(begin, at - begin);
    if (!std::ranges::any_of(digits, &isDigit))
        return noNumber;
    auto number = writtenNumber(digits);
    if (!number)
        return std::unexpected(u"it is not clear what the comma or point means: write the number with a decimal point "
                               "and without separators of thousands"_s);
    parts.whole = std::move(number->whole);
    parts.fraction = std::move(number->fraction);
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool isSmall = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        const QByteArray power = digitsAt(text, at);
        if (power.isEmpty() || power.size() > longestExponent)
            return noNumber;
        parts.exponent = isSmall ? -power.toInt() : power.toInt();
    }
    return at == text.size() ? std::expected<Parts, QString>(std::move(parts)) : noNumber;
}

void trimZeros(Parts &parts)
{
    const auto isZero = [](char c) { return c == '0'; };
    parts.whole.erase(parts.whole.cbegin(), std::ranges::find_if_not(std::as_const(parts.whole), isZero));
    while (parts.fraction.endsWith('0'))
        parts.fraction.chop(1);
    if (parts.whole.isEmpty() && parts.fraction.isEmpty())
        parts = {};
}

QByteArray canonical(Parts parts)
{
    trimZeros(parts);
    QByteArray text = parts.isNegative ? "-" : "";
    text += parts.whole.isEmpty() ? QByteArray("0") : parts.whole;
    if (!parts.fraction.isEmpty())
        text += '.' + parts.fraction;
    if (parts.exponent != 0)
        text += 'e' + QByteArray::number(parts.exponent);
    return text;
}

/// Nothing if the number is not whole.
std::optional<QByteArray> wholeText(Parts parts)
{
    trimZeros(parts);
    if (std::abs(parts.exponent) > largestWholeExponent)
        return {};
    if (parts.exponent >= 0) {
        const qsizetype moved = std::min<qsizetype>(parts.exponent, parts.fraction.size());
        parts.whole += parts.fraction.first(moved) + QByteArray(parts.exponent - int(moved), '0');
        parts.fraction.remove(0, moved);
    } else {
        const qsizetype moved = std::min<qsizetype>(-parts.exponent, parts.whole.size());
        parts.fraction.prepend(parts.whole.last(moved));
        parts.whole.chop(moved);
    }
    parts.exponent = 0;
    trimZeros(parts);
    return parts.fraction.isEmpty() ? std::optional(canonical(std::move(parts))) : std::nullopt;
}

std::expected<Parts, QString> readText(const QString &text)
{
    if (text.size() > longestNumber)
        return std::unexpected(u"the number is too long"_s);
    QString trimmed = text.trimmed();
    for (const QChar minus : {u'\u2212', u'\u2013'})
        trimmed.replace(minus, u'-');
    return partsOf(trimmed.toLatin1());
}

bool isJsonText(QByteArrayView json) { return json.startsWith('"'); }

QString textOfJson(QByteArrayView json) { return wire::read<QString>(json).value_or(QString()); }

template <typename Number>
std::expected<Number, QString> numberOfJson(QByteArrayView json)
{
    if (isJsonText(json))
        return Number::fromText(textOfJson(json));
    if (json.isEmpty() || !(isDigit(json.front()) || json.front() == '-'))
        return std::unexpected(u"expected a number or a text that is one"_s);
    return Number::fromText(QString::fromLatin1(json));
}

}

std::expected<ExactNumber, QString> ExactNumber::fromText(const QString &text)
{
    return readText(text).transform([](const Parts &parts) { return ExactNumber{canonical(parts)}; });
}

std::expected<ExactNumber, QString> ExactNumber::fromJson(QByteArrayView json)
{
    return numberOfJson<ExactNumber>(json);
}

std::expected<ExactInteger, QString> ExactInteger::fromText(const QString &text)
{
    const auto parts = readText(text);
    if (!parts)
        return std::unexpected(parts.error());
    const auto whole = wholeText(*parts);
    return whole ? std::expected<ExactInteger, QString>({*whole}) : std::unexpected(u"expected a whole number"_s);
}

std::expected<ExactInteger, QString> ExactInteger::fromJson(QByteArrayView json)
{
    return numberOfJson<ExactInteger>(json);
}

template <typename Number>
std::expected<ListOrText<Number>, QString> ListOrText<Number>::fromJson(QByteArrayView json)
{
    if (!isJsonText(json)) {
        auto items = wire::read<QList<Number>>(json);
        if (!items)
            return std::unexpected(u"expected a list of numbers, or a text with commas between them"_s);
        return ListOrText{*std::move(items)};
    }
    const QString text = textOfJson(json);
    const QChar separator = text.contains(u';') ? u';' : u',';
    ListOrText list;
    for (const QString &part : text.split(separator)) {
        auto number = Number::fromText(part);
        if (!number)
            return std::unexpected(
                u"\"%1\" in the list is no number that is possible here"_s.arg(part.trimmed().left(40)));
        list.items.append(*std::move(number));
    }
    return list;
}

template struct ListOrText<ExactNumber>;
template struct ListOrText<ExactInteger>;

}
