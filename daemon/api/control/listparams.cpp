// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/listparams.h"

#include "shared/core/text.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace {

constexpr qsizetype longestCursor = 4096; // a sort value may be a text of 1,000 characters

// A number: "n<id>:<number>", a text: "t<id>:<text>".
constexpr char numberMark = 'n';
constexpr char textMark = 't';

std::optional<qint64> plainNumber(QByteArrayView digits)
{
    bool isNumber = false;
    const qint64 number = digits.toLongLong(&isNumber);
    // Only as cursorText() writes it.
    return isNumber && QByteArray::number(number) == digits ? std::optional(number) : std::nullopt;
}

std::optional<accounts::Cursor> parsed(QByteArrayView plain)
{
    const qsizetype colon = plain.indexOf(':');
    if (colon < 2)
        return {};
    const auto id = plainNumber(plain.sliced(1, colon - 1));
    if (!id)
        return {};
    const QByteArrayView value = plain.sliced(colon + 1);
    if (plain.front() == textMark && isValidUtf8(value))
        return accounts::Cursor{QString::fromUtf8(value), *id};
    const auto number = plain.front() == numberMark ? plainNumber(value) : std::nullopt;
    return number ? std::optional(accounts::Cursor{*number, *id}) : std::nullopt;
}

}

QString cursorText(const accounts::Cursor &cursor)
{
    const auto *text = std::get_if<QString>(&cursor.value);
    const QByteArray value = text ? text->toUtf8() : QByteArray::number(std::get<qint64>(cursor.value));
    const QByteArray plain = QByteArray(1, text ? textMark : numberMark) + QByteArray::number(cursor.id) + ':' + value;
    return QString::fromLatin1(plain.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

Result<accounts::Cursor> cursorOfText(const QString &text)
{
    std::optional<accounts::Cursor> cursor;
    if (text.size() <= longestCursor) {
        const auto decoded = QByteArray::fromBase64Encoding(
            text.toUtf8(), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
        if (decoded)
            cursor = parsed(*decoded);
    }
    // The same bytes can be written in more than one way; ours is one of them.
    if (!cursor || cursorText(*cursor) != text)
        return failure(Error::invalid(u"The cursor is none of this list. Begin the list anew."_s, u"cursor"_s,
                                      u"invalid_value"_s));
    return *std::move(cursor);
}

Result<int> pageLimit(std::optional<int> limit)
{
    if (limit && (*limit < 1 || *limit > accounts::largestPage))
        return failure(
            Error::invalid(u"The limit is 1 to %1."_s.arg(accounts::largestPage), u"limit"_s, u"invalid_value"_s));
    return limit.value_or(usualPage);
}

Result<Beginning> beginningOfText(const QString &text)
{
    if (const auto id = plainNumber(text.toUtf8()); id && *id > 0)
        return Beginning{.id = id};
    const auto time = wire::timeOfText(text);
    if (!time)
        return failure(Error::invalid(u"Give an id of the list or a time such as 2026-11-21T13:00:00Z."_s, u"around"_s,
                                      u"invalid_value"_s));
    return Beginning{.milliseconds = std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count()};
}

Error unknownSortField(const QStringList &known)
{
    return Error::invalid(u"The list can be sorted by "_s + known.join(", "_L1)
                              + u", with \"-\" before it from the last to the first."_s,
                          u"sort"_s, u"invalid_value"_s);
}

}
