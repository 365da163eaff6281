// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountrules.h"

#include <algorithm>

namespace moe::accounts {

namespace {

constexpr qsizetype longestName = 64;
constexpr qsizetype longestLabel = 200;

bool isAsciiAlphanumeric(QChar c) { return c.unicode() < 0x80 && c.isLetterOrNumber(); }

bool isNameCharacter(QChar c)
{
    return isAsciiAlphanumeric(c) || (c.unicode() < 0x80 && QByteArrayView("._@+-").contains(char(c.unicode())));
}

bool isForbiddenInLabel(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph: return true;
    default: return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }
}

}

Result<void> checkUserName(const QString &name)
{
    const bool isGood = !name.isEmpty() && name.size() <= longestName && isAsciiAlphanumeric(name.front())
        && std::all_of(name.begin(), name.end(), isNameCharacter);
    if (!isGood)
        return failure(Error::invalid(
            QStringLiteral(
                "A user name has 1 to 64 ASCII letters, digits or any of \"._@+-\", and begins with a letter "
                "or a digit."),
            QStringLiteral("name")));
    return {};
}

Result<void> checkLabel(const QString &label)
{
    const auto refuse
        = [](QString message) { return failure(Error::invalid(std::move(message), QStringLiteral("label"))); };
    // Measured first: a label of a megabyte is not worth converting.
    if (label.size() > 2 * longestLabel || label.toUcs4().size() > longestLabel)
        return refuse(QStringLiteral("A label has at most 200 characters."));
    const auto characters = label.toUcs4();
    if (!label.isValidUtf16()
        || std::any_of(characters.begin(), characters.end(), [](uint c) { return isForbiddenInLabel(c); }))
        return refuse(QStringLiteral("A label must not contain line breaks or other control characters."));
    return {};
}

Result<KeyReference> parseKeyReference(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    bool isNumber = false;
    const qlonglong id = bytes.toLongLong(&isNumber);
    if (isNumber && id > 0 && std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return KeyReference(KeyId(id));
    const auto refuse
        = [](QString message) { return failure(Error::invalid(std::move(message), QStringLiteral("key"))); };
    if (bytes.size() > keyPrefixLength && bytes.startsWith(keyStart))
        return refuse(
            QStringLiteral("Name the key by its id or by at most its first 16 characters: a whole key does not "
                           "belong on a command line."));
    const QByteArray completed = bytes + QByteArray(std::max<qsizetype>(keyLength - bytes.size(), 0), '0');
    if (bytes.size() <= keyStart.size() || !isKeyText(completed))
        return refuse(
            QStringLiteral("A key is named by its id (digits) or by the beginning of its text (\"moe-sk-\" and "
                           "some lower-case hex digits)."));
    return KeyReference(bytes);
}

}
