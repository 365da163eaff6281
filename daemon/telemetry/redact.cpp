// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/redact.h"
#include "shared/core/text.h"

namespace moe::telemetry {

namespace {

constexpr qsizetype keyPrefixLength = 16; // what Principal::keyPrefix holds
constexpr QByteArrayView ownMark("moe-sk-");
constexpr QByteArrayView sessionMark("moe-st-");
constexpr QByteArrayView setupMark("moe-setup-");
constexpr QByteArrayView keyMark("sk-");
constexpr QByteArrayView bearerMark("bearer");
constexpr QByteArrayView mask("***");

constexpr bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool isTokenCharacter(char c)
{
    // Bytes beyond ASCII count, so that a stray one inside a key does not end it.
    return isLetter(c) || (c >= '0' && c <= '9') || uchar(c) >= 0x80 || QByteArrayView("-_.~+/=").contains(c);
}

bool isBetweenBearerAndToken(char c) { return QByteArrayView(" \t\r\n:=\"").contains(c); }

constexpr bool mayStartSecret(char c) { return c == 's' || c == 'S' || c == 'm' || c == 'M' || c == 'b' || c == 'B'; }

bool startsWith(QByteArrayView text, QByteArrayView mark)
{
    return text.size() >= mark.size() && equalsIgnoringCase(text.first(mark.size()), mark);
}

qsizetype tokenLength(QByteArrayView text) { return std::ranges::find_if_not(text, isTokenCharacter) - text.begin(); }

/// A part of the text to copy and a part to hide behind it.
struct Secret {
    qsizetype kept = 0;
    qsizetype hidden = 0;
};

Secret secretAt(QByteArrayView rest, char before)
{
    if (startsWith(rest, ownMark)) {
        const qsizetype length = tokenLength(rest);
        return length <= keyPrefixLength ? Secret{length, 0} : Secret{ownMark.size(), length - ownMark.size()};
    }
    for (const QByteArrayView mark : {sessionMark, setupMark}) {
        if (startsWith(rest, mark))
            return {mark.size(), tokenLength(rest) - mark.size()};
    }
    // "task-force" is no key, but "%20sk-…" is.
    if (startsWith(rest, keyMark) && !isLetter(before))
        return {keyMark.size(), tokenLength(rest) - keyMark.size()};
    if (startsWith(rest, bearerMark)) {
        qsizetype start = bearerMark.size();
        while (start < rest.size() && isBetweenBearerAndToken(rest[start]))
            ++start;
        if (start > bearerMark.size())
            return {start, tokenLength(rest.sliced(start))};
    }
    return {};
}

}

QByteArray redacted(QByteArrayView text)
{
    QByteArray out;
    qsizetype done = 0;
    for (qsizetype at = 0; at < text.size();) {
        const Secret secret
            = mayStartSecret(text[at]) ? secretAt(text.sliced(at), at > 0 ? text[at - 1] : '\0') : Secret{};
        at += std::max<qsizetype>(secret.kept, 1);
        if (secret.hidden > 0) {
            out.append(text.sliced(done, at - done)).append(mask);
            at += secret.hidden;
            done = at;
        }
    }
    return out.append(text.sliced(done));
}

}
