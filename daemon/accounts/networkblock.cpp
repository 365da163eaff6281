// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/networkblock.h"

#include <arpa/inet.h>

namespace moe::accounts {

namespace {

constexpr qsizetype blockBytes = 8; // of IPv6: the first 64 bits
constexpr qsizetype longestOther = 64;

const QByteArray &wrappedIpv4()
{
    static const QByteArray start = QByteArray(10, '\0') + "\xff\xff";
    return start;
}

}

QByteArray networkBlock(const QString &address)
{
    const QByteArray text = address.left(longestOther).toUtf8();
    in_addr ipv4{};
    if (inet_pton(AF_INET, text.constData(), &ipv4) == 1)
        return QByteArray(reinterpret_cast<const char *>(&ipv4), sizeof ipv4);
    in6_addr ipv6{};
    const qsizetype zone = text.indexOf('%');
    if (inet_pton(AF_INET6, text.first(zone < 0 ? text.size() : zone).constData(), &ipv6) != 1)
        return text.first(std::min(text.size(), longestOther));
    const QByteArray bytes(reinterpret_cast<const char *>(&ipv6), sizeof ipv6);
    return bytes.startsWith(wrappedIpv4()) ? bytes.sliced(wrappedIpv4().size()) : bytes.first(blockBytes);
}

}
