// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace moe {

/// True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool isValidUtf8(QByteArrayView bytes);

/// The longest prefix of at most `limit` bytes that ends at a character boundary of well-formed UTF-8.
[[nodiscard]] QByteArrayView utf8Prefix(QByteArrayView text, qsizetype limit);

/// Equal without regard to ASCII case; no allocation.
[[nodiscard]] bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b);

/// Equal in a time that does not depend on where the first difference is. Lengths may leak.
[[nodiscard]] bool equalsInConstantTime(QByteArrayView a, QByteArrayView b);

/// Without spaces and tabs at either end (HTTP's optional white space).
[[nodiscard]] QByteArrayView trimmedBlank(QByteArrayView text);

/// `bytes` random bytes of the system's generator as lower-case hex.
[[nodiscard]] QByteArray randomHex(int bytes);

}
