// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>

namespace moe::accounts {

/// SHA-256 of a whole key: all that is kept of it beside its prefix. The keys hold 192 random bits, so neither salt nor
/// a slow hash would add anything.
using KeyHash = std::array<unsigned char, 32>;

inline constexpr QByteArrayView keyStart("moe-sk-");
inline constexpr qsizetype keyDigits = 48;
inline constexpr qsizetype keyLength = 7 + keyDigits;
inline constexpr qsizetype keyPrefixLength = 16;

/// A new key: "moe-sk-" and 48 lower-case hex digits of the system's random generator.
[[nodiscard]] QByteArray newKeyText();

/// True if the text has the form of a key. Costs nanoseconds: nothing else is ever hashed or looked up.
[[nodiscard]] bool isKeyText(QByteArrayView text);

/// Thread-safe.
[[nodiscard]] KeyHash hashOfKey(QByteArrayView key);

}
