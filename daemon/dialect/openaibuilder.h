// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/usage.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace moe::dialect {

/// A call of a tool as the model asked for it.
struct ToolCall {
    QByteArray id;
    QByteArray name;
    QByteArray arguments; ///< the text of a JSON object, as the model wrote it

    friend bool operator==(const ToolCall &, const ToolCall &) = default;
};

/// What all chunks of an answer share.
struct AnswerHead {
    QByteArray id;           ///< "chatcmpl-…"
    qint64 created = 0;      ///< seconds since 1970
    QByteArray model;        ///< as the client asked for it
};

/// Whether the client asked for `stream_options.include_usage`; every chunk then has a `usage` member.
enum class StreamUsage { Hidden, Shown };

/// Writes the chunks of a streamed chat completion, each one JSON object without SSE framing. `choice` is the index
/// of the answer among `n`.
class ChunkBuilder
{
public:
    explicit ChunkBuilder(const AnswerHead &head, StreamUsage usage = StreamUsage::Hidden);

    [[nodiscard]] QByteArray role(int choice = 0) const;
    [[nodiscard]] QByteArray content(QByteArrayView text, int choice = 0) const;
    [[nodiscard]] QByteArray reasoning(QByteArrayView text, int choice = 0) const;
    /// A whole call in one chunk: the arguments need no pieces.
    [[nodiscard]] QByteArray toolCall(const ToolCall &call, int index, int choice = 0) const;
    [[nodiscard]] QByteArray finish(QByteArrayView reason, int choice = 0) const;
    /// The one chunk without choices, after the last finish; only for those who asked for it.
    [[nodiscard]] QByteArray usage(const Usage &usage) const;

private:
    [[nodiscard]] QByteArray chunk(QByteArrayView delta, int choice, QByteArrayView finishReason = {}) const;

    QByteArray m_begin; ///< up to and with `"choices":[`
    QByteArray m_end;
};

/// One choice of a whole chat completion.
struct ChatChoice {
    QByteArray content;
    QByteArray reasoning;
    QList<ToolCall> toolCalls;
    QByteArray finishReason = "stop"; ///< becomes "tool_calls" if there are any
};

[[nodiscard]] QByteArray chatCompletion(const AnswerHead &head, const QList<ChatChoice> &choices, const Usage &usage);

/// One choice of a legacy completion; also for its streamed chunks, whose finish reason is empty until the last.
struct TextChoice {
    QByteArray text;
    QByteArray finishReason;
    int index = 0;
};

/// A text_completion object, whole (with usage) or a chunk of one (without).
[[nodiscard]] QByteArray textCompletion(const AnswerHead &head, const QList<TextChoice> &choices,
                                        const std::optional<Usage> &usage);

/// `{"prompt_tokens":…,"completion_tokens":…,"total_tokens":…}`
[[nodiscard]] QByteArray usageObject(const Usage &usage);

/// "chatcmpl-" and 24 random characters.
[[nodiscard]] QByteArray newCompletionId();
/// "call_" and 24 random characters.
[[nodiscard]] QByteArray newToolCallId();

}
