// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/ipnetwork.h"

#include <arpa/inet.h>

#include <optional>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype longestCidr = 100;
constexpr int ipv4Bytes = 4;
constexpr int ipv6Bytes = 16;
constexpr int bitsOfByte = 8;

std::optional<IpAddress> addressOf(const QByteArray &text)
{
    if (text.contains('\0')) // where the system would stop reading
        return {};
    IpAddress address;
    if (inet_pton(AF_INET, text.constData(), address.bytes.data()) == 1)
        return address;
    address = {.size = ipv6Bytes};
    if (inet_pton(AF_INET6, text.constData(), address.bytes.data()) == 1)
        return address;
    return {};
}

template <typename Combine>
IpAddress combined(const IpAddress &a, const IpAddress &b, Combine combine)
{
    IpAddress result{.size = a.size};
    for (size_t index = 0; index < size_t(a.size); ++index)
        result.bytes[index] = quint8(combine(a.bytes[index], b.bytes[index]));
    return result;
}

/// Of a mask of version 4 whose ones come first.
std::optional<int> prefixLengthOf(const IpAddress &mask)
{
    quint32 bits = 0;
    for (size_t index = 0; index < ipv4Bytes; ++index)
        bits = bits << bitsOfByte | mask.bytes[index];
    const int ones = std::countl_one(bits);
    return std::popcount(bits) == ones ? std::optional(ones) : std::nullopt;
}

std::optional<int> prefixLengthOf(const QByteArray &text, int addressSize)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (!text.isEmpty() && text.size() <= 3 && std::ranges::all_of(text, isDigit)) {
        const int length = text.toInt();
        return length <= addressSize * bitsOfByte ? std::optional(length) : std::nullopt;
    }
    const auto mask = addressOf(text);
    if (!mask || mask->size != ipv4Bytes || addressSize != ipv4Bytes)
        return {};
    return prefixLengthOf(*mask);
}

}

QString IpAddress::text() const
{
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(size == ipv4Bytes ? AF_INET : AF_INET6, bytes.data(), buffer.data(), buffer.size());
    return QString::fromLatin1(buffer.data());
}

IpAddress IpAddress::next() const
{
    IpAddress result = *this;
    for (size_t index = size_t(size); index-- > 0;) {
        if (++result.bytes[index] != 0)
            break;
    }
    return result;
}

IpAddress IpAddress::previous() const
{
    IpAddress result = *this;
    for (size_t index = size_t(size); index-- > 0;) {
        if (result.bytes[index]-- != 0)
            break;
    }
    return result;
}

std::expected<IpNetwork, QString> IpNetwork::fromText(const QString &cidr)
{
    const QByteArray text = cidr.left(longestCidr + 1).trimmed().toLatin1();
    const qsizetype slash = text.indexOf('/');
    const auto address = addressOf(text.first(slash < 0 ? text.size() : slash));
    if (text.size() > longestCidr || !address)
        return std::unexpected(u"expected an address and a prefix length, such as 192.168.1.0/24 or 2001:db8::/32"_s);
    if (slash < 0)
        return std::unexpected(u"the prefix length is missing, such as in 192.168.1.0/24"_s);
    const auto length = prefixLengthOf(text.sliced(slash + 1), address->size);
    if (!length)
        return std::unexpected(u"the prefix length is a number from 0 to %1"_s.arg(address->size * bitsOfByte));
    return IpNetwork{*address, *length};
}

IpAddress IpNetwork::mask() const
{
    IpAddress mask{.size = address.size};
    for (int bit = 0; bit < prefixLength; ++bit)
        mask.bytes[size_t(bit / bitsOfByte)] |= quint8(0x80 >> bit % bitsOfByte);
    return mask;
}

IpAddress IpNetwork::wildcard() const
{
    const IpAddress ones = mask();
    return combined(ones, ones, [](quint8 bits, quint8) { return ~bits; });
}

IpAddress IpNetwork::first() const
{
    return combined(address, mask(), [](quint8 a, quint8 b) { return a & b; });
}

IpAddress IpNetwork::last() const
{
    return combined(address, wildcard(), [](quint8 a, quint8 b) { return a | b; });
}

}
