// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/arguments.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

std::expected<NameList, QString> NameList::fromJson(QByteArrayView json)
{
    const auto isText = json.startsWith('"');
    auto names = isText ? wire::read<QString>(json).transform([](const QString &text) { return text.split(u','); })
                        : wire::read<QStringList>(json);
    if (!names)
        return std::unexpected(u"expected names, as a list or as a text with commas between them"_s);
    if (isText) {
        for (QString &name : *names)
            name = name.trimmed();
        names->removeAll(QString());
    }
    return NameList{*std::move(names)};
}

std::expected<NumberText, QString> NumberText::fromJson(QByteArrayView json)
{
    if (json.startsWith('"'))
        return NumberText{wire::read<QString>(json).value_or(QString())};
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::ranges::all_of(json, isDigit))
        return std::unexpected(u"expected a text, or a whole number"_s);
    return NumberText{QString::fromLatin1(json)};
}

Result<qint64> boundedInteger(const ExactInteger &number, qint64 lowest, qint64 highest, const QString &argument)
{
    bool isSmall = false;
    const qint64 value = number.text.toLongLong(&isSmall);
    if (!isSmall || value < lowest || value > highest)
        return failure(
            badCall(u"%1: expected a whole number from %2 to %3."_s.arg(argument).arg(lowest).arg(highest), argument));
    return value;
}

QString counted(qint64 count, QLatin1StringView singular)
{
    return u"%1 %2%3"_s.arg(count).arg(singular, std::abs(count) == 1 ? ""_L1 : "s"_L1);
}

}
