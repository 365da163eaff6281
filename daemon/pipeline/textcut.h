// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace moe::pipeline {

/// Characters (code points) of well-formed UTF-8.
[[nodiscard]] qsizetype characterCount(QByteArrayView text);

/// The first `limit` characters.
[[nodiscard]] QByteArrayView firstCharacters(QByteArrayView text, qsizetype limit);

/// `text` if it has at most `limit` characters; else its beginning up to the last end of a block or sentence within the
/// limit, or of a word if there is none in the second half.
[[nodiscard]] QByteArrayView cutAtSentence(QByteArrayView text, qsizetype limit);

}
