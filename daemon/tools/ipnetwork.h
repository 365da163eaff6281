// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <array>
#include <expected>

namespace moe::tools {

/// An address of IP version 4 or 6.
struct IpAddress {
    std::array<quint8, 16> bytes{}; ///< most significant first; version 4 has the first four
    int size = 4;                   ///< in bytes: 4 or 16

    [[nodiscard]] QString text() const;
    /// The next one, or the one before; wraps around.
    [[nodiscard]] IpAddress next() const;
    [[nodiscard]] IpAddress previous() const;

    friend bool operator==(const IpAddress &, const IpAddress &) = default;
};

/// What a CIDR such as "192.168.1.10/24", "10.0.0.0/255.0.0.0" or "2001:db8::/32" says.
struct IpNetwork {
    IpAddress address; ///< as it was given, also inside the network
    int prefixLength = 0;

    /// The error says what is wrong with it.
    [[nodiscard]] static std::expected<IpNetwork, QString> fromText(const QString &cidr);

    [[nodiscard]] int hostBits() const { return address.size * 8 - prefixLength; }
    [[nodiscard]] IpAddress mask() const;
    [[nodiscard]] IpAddress wildcard() const;
    [[nodiscard]] IpAddress first() const;
    [[nodiscard]] IpAddress last() const;
};

}
