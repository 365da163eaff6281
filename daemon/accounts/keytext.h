// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/secrettext.h"

namespace moe::accounts {

/// All that is kept of a key beside its prefix.
using KeyHash = SecretHash;

inline constexpr QByteArrayView keyStart("moe-sk-");
inline constexpr qsizetype keyLength = keyStart.size() + secretDigits;
inline constexpr qsizetype keyPrefixLength = 16;

/// A new key: "moe-sk-" and 48 random digits.
[[nodiscard]] inline QByteArray newKeyText() { return newSecretText(keyStart); }

/// True if the text has the form of a key.
[[nodiscard]] inline bool isKeyText(QByteArrayView text) { return isSecretText(text, keyStart); }

/// Thread-safe.
[[nodiscard]] inline KeyHash hashOfKey(QByteArrayView key) { return hashOfSecret(key); }

}
