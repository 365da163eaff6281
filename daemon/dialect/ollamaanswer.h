// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/dialect/ollamaframe.h"
#include "daemon/dialect/openaibuilder.h"
#include "daemon/dialect/thinksplitter.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayList>

namespace moe::dialect {

/// Whether an answer goes to a chat completion or to a legacy completion.
enum class AnswerKind { Chat, Text };

/// Turns the lines that `/api/chat` or `/api/generate` streams into OpenAI chunks: role, content, reasoning, tool
/// calls, finish. Nothing that ends an answer is written before the node said that it is done.
class OllamaStream
{
public:
    /// `promptTokensEstimate` stands in for what the node does not report. `choice` numbers the answer among `n`.
    OllamaStream(const AnswerHead &head, AnswerKind kind, qint64 promptTokensEstimate = 0, int choice = 0);

    /// The chunks that follow from one line, in order. Fails on an error that the node reports, on a line that is
    /// unreadable and on one after the end.
    [[nodiscard]] Result<QByteArrayList> feedLine(QByteArrayView line);

    /// True once the node said that it is done: the finish chunk is out, only the usage chunk may follow.
    [[nodiscard]] bool isFinished() const { return m_isFinished; }
    /// Of the whole answer when it is finished; until then what was counted.
    [[nodiscard]] Usage usage() const { return m_usage; }
    /// The chunk without choices that ends the stream; of several answers side by side only one writes it, for all.
    [[nodiscard]] QByteArray usageChunk(const Usage &usage) const;

private:
    void appendPieces(QByteArrayList &chunks, const QList<ThinkSplitter::Piece> &pieces);
    void appendContent(QByteArrayList &chunks, const QByteArray &text);
    void appendEnd(QByteArrayList &chunks, const OllamaFrame &frame);

    AnswerHead m_head;
    ChunkBuilder m_builder;
    AnswerKind m_kind;
    int m_choice;
    ThinkSplitter m_splitter;
    Usage m_usage;
    int m_toolCalls = 0;
    bool m_hasBegun = false;
    bool m_isFinished = false;
};

/// An answer that was not streamed, ready for chatCompletion() or textCompletion().
struct OllamaAnswer {
    ChatChoice choice;
    Usage usage;
};

/// Reads the whole answer of `/api/chat` or `/api/generate`; `status` is that of the HTTP answer.
[[nodiscard]] Result<OllamaAnswer> readOllamaAnswer(QByteArrayView body, int status, qint64 promptTokensEstimate = 0);

/// The chat.completion or text_completion of one answer or, in order of choice, of several; usage is added up, the
/// prompt counted once.
[[nodiscard]] QByteArray ollamaCompletion(const AnswerHead &head, AnswerKind kind, const QList<OllamaAnswer> &answers);

}
