// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/model/usage.h"
#include "shared/wire/jsoncursor.h"

#include <QByteArray>

#include <optional>

namespace moe::dialect {

/// What the daemon wants to know of a streamed chunk, or of a whole answer, that an upstream sent. Spans are positions
/// in the text inspected.
struct ChunkView {
    bool isError = false;                  ///< it is an error object, not a part of an answer
    int finishedChoices = 0;               ///< choices whose `finish_reason` is set
    bool hasToolCalls = false;
    bool hasChoices = false;               ///< `choices` is a list, maybe an empty one
    bool hasData = false;                  ///< `data` is a list: an answer with embeddings
    std::optional<Usage> usage;
    std::optional<json::Span> error;       ///< the value of `error`; none if the whole text is the error object
    std::optional<json::Span> finishReason; ///< of the first choice that has one
    std::optional<json::Span> content;     ///< `content` (or `text`) of the first choice, a string
    std::optional<json::Span> reasoning;   ///< `reasoning_content` (or `reasoning`) of the first choice, a string
    std::optional<json::Span> toolCalls;   ///< `tool_calls` of the first choice, an array

    [[nodiscard]] bool isFinish() const { return finishedChoices > 0; }
    /// Something that a client sees: text, reasoning or tool calls that are not empty.
    [[nodiscard]] bool hasOutput() const { return hasText(content) || hasText(reasoning) || hasToolCalls; }
    [[nodiscard]] static bool hasText(const std::optional<json::Span> &span)
    {
        return span && span->end - span->begin > 2;
    }
};

/// Looks at a chat.completion.chunk, a text_completion, a whole chat.completion or an error in one pass. Fails with
/// BadGateway if the text is not exactly one JSON object; unknown members and odd types of known ones are passed over.
[[nodiscard]] Result<ChunkView> inspectChunk(QByteArrayView text);

}
