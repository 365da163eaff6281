// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/fractions.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype longestList = 64 * 1024; // as JSON: what takes such lists takes some twenty numbers

QString textOf(QByteArrayView json) { return wire::read<QString>(json).value_or(QString()); }

}

std::expected<FractionOrNumber, QString> FractionOrNumber::fromText(const QString &text)
{
    const auto parts = text.split(u'/');
    const auto top = ExactNumber::fromText(parts[0]);
    const auto bottom = parts.size() == 2 ? ExactNumber::fromText(parts[1]) : ExactNumber{"1"};
    if (parts.size() > 2 || !top || !bottom || bottom->text == "0")
        return std::unexpected(u"expected a number such as 0.5, or a fraction such as \"1/6\""_s);
    return FractionOrNumber{*top, *bottom};
}

std::expected<FractionOrNumber, QString> FractionOrNumber::fromJson(QByteArrayView json)
{
    if (json.startsWith('"'))
        return fromText(textOf(json));
    return ExactNumber::fromJson(json).transform([](const ExactNumber &number) { return FractionOrNumber{number}; });
}

QByteArray FractionOrNumber::toJson() const
{
    return denominator.text == "1" ? numerator.toJson()
                                   : wire::write(QString::fromLatin1(numerator.text + '/' + denominator.text));
}

Result<Rational> FractionOrNumber::rational(qsizetype mostDigits, const QString &argument) const
{
    TRY(const Rational top, rationalOf(numerator, mostDigits, argument));
    TRY(const Rational bottom, rationalOf(denominator, mostDigits, argument));
    return Rational(top / bottom);
}

std::expected<FractionList, QString> FractionList::fromJson(QByteArrayView json)
{
    if (json.size() > longestList)
        return std::unexpected(u"is too long a list"_s);
    if (!json.startsWith('"')) {
        auto items = wire::read<QList<FractionOrNumber>>(json);
        if (!items)
            return std::unexpected(u"expected a list of numbers, or a text with commas between them"_s);
        return FractionList{*std::move(items)};
    }
    const QString text = textOf(json);
    FractionList list;
    for (const QString &part : text.split(text.contains(u';') ? u';' : u',')) {
        auto number = FractionOrNumber::fromText(part);
        if (!number)
            return std::unexpected(
                u"\"%1\" in the list is no number that is possible here"_s.arg(part.trimmed().left(40)));
        list.items.append(*std::move(number));
    }
    return list;
}

}
