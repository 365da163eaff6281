// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace moe::sim {

/// A pseudo-embedding of unit length: a hashed bag of words and letter triples. Equal texts have equal vectors, texts
/// that share words have similar ones; the same on every machine.
[[nodiscard]] std::vector<float> pseudoEmbedding(const QString &text, int dimensions);

/// The vector as a JSON list.
[[nodiscard]] QByteArray embeddingJson(const std::vector<float> &vector);
/// The vector as base64 of little-endian floats, as OpenAI's SDKs ask for it.
[[nodiscard]] QByteArray embeddingBase64(const std::vector<float> &vector);

}
