// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <cstring>

namespace moe::accounts {

/// SHA-256 of a whole secret: all that is kept of it. The secrets hold 192 random bits, so neither salt nor a slow hash
/// would add anything.
using SecretHash = std::array<unsigned char, 32>;

/// For hash tables: SHA-256 is as even as it gets.
struct HashOfSecretHash {
    std::size_t operator()(const SecretHash &hash) const
    {
        std::size_t value;
        std::memcpy(&value, hash.data() + 1, sizeof value);
        return value;
    }
};

inline constexpr qsizetype secretDigits = 48;

/// A new secret: `start` (such as "moe-sk-") and 48 lower-case hex digits of the system's random generator.
[[nodiscard]] QByteArray newSecretText(QByteArrayView start);

/// True if the text has the form of such a secret. Costs nanoseconds: nothing else is ever hashed or looked up.
[[nodiscard]] bool isSecretText(QByteArrayView text, QByteArrayView start);

/// Thread-safe.
[[nodiscard]] SecretHash hashOfSecret(QByteArrayView text);

}
