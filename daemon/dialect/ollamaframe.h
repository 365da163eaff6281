// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/dialect/openaibuilder.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace moe::dialect {

/// One line that `/api/chat` or `/api/generate` answered, or the whole of an answer that is not streamed.
struct OllamaFrame {
    QByteArray content;
    QByteArray thinking;
    QList<ToolCall> toolCalls;           ///< ids are new, arguments are the text of a JSON object
    bool isDone = false;
    QByteArray finishReason;             ///< "stop" or "length"; with the last frame only
    std::optional<qint64> promptTokens;  ///< absent in old builds when the prompt was cached
    std::optional<qint64> completionTokens;

    [[nodiscard]] bool hasOutput() const { return !content.isEmpty() || !thinking.isEmpty() || !toolCalls.isEmpty(); }
};

/// Reads a frame; `status` is that of the HTTP answer and decides what an error in it means. Fails with BadGateway if
/// it is unreadable.
[[nodiscard]] Result<OllamaFrame> readOllamaFrame(QByteArrayView text, int status = 200);

}
