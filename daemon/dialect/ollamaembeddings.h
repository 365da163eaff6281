// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QByteArrayList>

namespace moe::dialect {

/// How a client wants the numbers of an embedding.
enum class EmbeddingFormat { Float, Base64 };

/// What the OpenAI answer says beside the vectors.
struct EmbeddingsHead {
    QByteArray model;                 ///< as the client asked for it
    EmbeddingFormat format = EmbeddingFormat::Float;
    qint64 promptTokensEstimate = 0;  ///< where the node does not report them
};

/// The answer, and what it is to be charged with.
struct EmbeddingsAnswer {
    QByteArray body;
    Usage usage;
};

/// Answer of `/api/embed` → OpenAI embeddings object. Floats keep their bytes; base64 holds 32-bit little-endian ones.
/// `status` is that of the HTTP answer.
[[nodiscard]] Result<EmbeddingsAnswer> openAiEmbeddings(const EmbeddingsHead &head, QByteArrayView body,
                                                        int status = 200);

/// The same from the answers of `/api/embeddings`, one for each input, in order.
[[nodiscard]] Result<EmbeddingsAnswer> openAiEmbeddingsFromOld(const EmbeddingsHead &head,
                                                               const QByteArrayList &bodies);

}
