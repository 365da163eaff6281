// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordrules.h"
#include "shared/core/text.h"

namespace moe::accounts {

namespace {

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Of well-formed UTF-8: U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are two bytes.
bool hasControlCharacter(QByteArrayView text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0))
            return true;
    }
    return false;
}

}

Result<void> checkPassword(QByteArrayView password, const QString &userName, const QString &param)
{
    const auto refuse = [&param](const QString &message) { return failure(Error::invalid(message, param)); };
    if (password.size() > longestPassword)
        return refuse(QStringLiteral("A password has at most 1,024 bytes."));
    if (!isValidUtf8(password))
        return refuse(QStringLiteral("A password must be text in UTF-8."));
    if (hasControlCharacter(password))
        return refuse(QStringLiteral("A password must not contain line breaks, tabs or other control characters."));
    if (password.size() - std::count_if(password.begin(), password.end(), isContinuation) < shortestPassword)
        return refuse(QStringLiteral("A password has at least 8 characters."));
    if (equalsIgnoringCase(password, userName.toUtf8()))
        return refuse(QStringLiteral("The password must not be the user name."));
    return {};
}

}
