// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace moe::pipeline {

/// What the pipeline needs of one chat.completion.chunk.
struct ChunkContent {
    QByteArray text;                   ///< of the first choice's delta
    qsizetype reasoningCharacters = 0; ///< the model thinks: it is alive and costs, but this is not the answer
    QByteArray finishReason;           ///< empty until the last chunk with content
    std::optional<Usage> usage;
};

/// Fails with BadGateway if it is no chunk, or an error in a chunk's place.
[[nodiscard]] Result<ChunkContent> readChunk(QByteArrayView chunk);

}
