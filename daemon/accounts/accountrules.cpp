// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountrules.h"

#include <algorithm>

namespace moe::accounts {

namespace {

constexpr qsizetype longestName = 64;
constexpr qsizetype longestLabel = 200;
constexpr qsizetype longestEmail = 254;
constexpr int mostRequestsPerMinute = 1'000'000;
constexpr int mostParallelRequests = 100'000;

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

Result<void> checkLine(const QString &text, const QString &what, const QString &param, qsizetype longest = longestLabel)
{
    // Measured first: a text of a megabyte is not worth converting.
    if (text.size() > 2 * longest || text.toUcs4().size() > longest)
        return failure(Error::invalid(QStringLiteral("%1 has at most %2 characters.").arg(what).arg(longest), param));
    const auto characters = text.toUcs4();
    if (!text.isValidUtf16()
        || std::any_of(characters.begin(), characters.end(), [](uint c) { return isForbiddenInLabel(c); }))
        return failure(
            Error::invalid(what + QStringLiteral(" must not contain line breaks or other control characters."), param));
    return {};
}

template <typename Number>
Result<void> checkRange(std::optional<Number> value, Number least, Number most, const QString &param)
{
    if (value && (*value < least || *value > most))
        return failure(Error::invalid(
            QStringLiteral("%1 must be between %2 and %3, or no limit at all.").arg(param).arg(least).arg(most),
            param));
    return {};
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
    return checkLine(label, QStringLiteral("A label"), QStringLiteral("label"));
}

Result<void> checkDisplayName(const QString &name)
{
    return checkLine(name, QStringLiteral("A display name"), QStringLiteral("display_name"));
}

Result<void> checkEmail(const QString &email)
{
    const QString param = QStringLiteral("email");
    TRY_VOID(checkLine(email, QStringLiteral("An e-mail address"), param, longestEmail));
    const qsizetype at = email.indexOf(u'@');
    const bool isAddress = at > 0 && at == email.lastIndexOf(u'@') && at < email.size() - 1
        && std::none_of(email.begin(), email.end(), [](QChar c) { return c.isSpace(); });
    if (!email.isEmpty() && !isAddress)
        return failure(Error::invalid(QStringLiteral("This is not an e-mail address."), param));
    return {};
}

Result<void> checkLanguage(const QString &language)
{
    if (!language.isEmpty() && language != u"de" && language != u"en")
        return failure(Error::invalid(QStringLiteral("The language is \"de\", \"en\" or empty for the client's own."),
                                      QStringLiteral("language")));
    return {};
}

Result<void> checkProfileName(const QString &profile)
{
    return checkLine(profile, QStringLiteral("A profile's name"), QStringLiteral("profile"));
}

Result<void> checkGroup(const QString &name, const QString &description)
{
    const QString param = QStringLiteral("name");
    TRY_VOID(checkLine(name, QStringLiteral("A group's name"), param, longestName));
    if (name.isEmpty() || name.contains(u'|') || name.front().isSpace() || name.back().isSpace())
        return failure(Error::invalid(
            QStringLiteral("A group's name has 1 to 64 characters, no \"|\" and no blank at either end."), param));
    return checkLine(description, QStringLiteral("A description"), QStringLiteral("description"));
}

QString printableLine(const QString &text)
{
    QList<uint> characters = text.left(2 * longestLabel).toUcs4(); // of which each takes one or two
    characters.resize(std::min(characters.size(), longestLabel));
    std::replace_if(
        characters.begin(), characters.end(), [](uint c) { return isForbiddenInLabel(c) || QChar::isSurrogate(c); },
        uint(QChar::ReplacementCharacter));
    return QString::fromUcs4(reinterpret_cast<const char32_t *>(characters.constData()), characters.size());
}

Result<void> checkBudget(const BudgetLimits &limits)
{
    TRY_VOID(checkRange<qint64>(limits.daily, 0, MaxBudgetLimit, QStringLiteral("daily")));
    TRY_VOID(checkRange<qint64>(limits.monthly, 0, MaxBudgetLimit, QStringLiteral("monthly")));
    return checkRange<qint64>(limits.total, 0, MaxBudgetLimit, QStringLiteral("total"));
}

Result<void> checkRates(const RateLimits &limits)
{
    TRY_VOID(checkRange(limits.requestsPerMinute, 1, mostRequestsPerMinute, QStringLiteral("requests_per_minute")));
    return checkRange(limits.parallelRequests, 1, mostParallelRequests, QStringLiteral("parallel_requests"));
}

Result<void> checkPermission(const Permission &permission)
{
    if (permission.resource.isEmpty())
        return failure(
            Error::invalid(QStringLiteral("A permission names a resource, or \"*\" for everything of its type."),
                           QStringLiteral("resource")));
    return checkLine(permission.resource, QStringLiteral("A resource"), QStringLiteral("resource"));
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
