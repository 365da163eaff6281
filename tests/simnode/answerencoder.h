// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/scenario.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>

namespace moe::sim {

/// How a generation ended, for its last words.
struct Finish {
    QByteArray reason; ///< OpenAI's names: "stop", "length", "tool_calls"
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    std::chrono::nanoseconds total{0};
    std::chrono::nanoseconds load{0};
    std::chrono::nanoseconds prompt{0};
    std::chrono::nanoseconds evaluation{0};
};

/// Puts an answer into the bytes of one endpoint: whole, or frame by frame.
class AnswerEncoder
{
public:
    AnswerEncoder() = default;
    AnswerEncoder(const AnswerEncoder &) = delete;
    AnswerEncoder &operator=(const AnswerEncoder &) = delete;
    virtual ~AnswerEncoder() = default;

    [[nodiscard]] virtual QByteArray wholeType() const { return "application/json"; }
    [[nodiscard]] virtual QByteArray whole(const Answer &answer, const Finish &finish) = 0;

    [[nodiscard]] virtual QByteArray streamType() const = 0;
    [[nodiscard]] virtual QByteArray opening() { return {}; }
    [[nodiscard]] virtual QByteArray thinking(QByteArrayView piece) = 0;
    [[nodiscard]] virtual QByteArray content(QByteArrayView piece) = 0;
    [[nodiscard]] virtual QByteArray toolCall(const ToolCall &call, int index) = 0;
    [[nodiscard]] virtual QByteArray closing(const Finish &finish) = 0;
    /// The error object that breaks a stream off.
    [[nodiscard]] virtual QByteArray error(const QString &message) = 0;
};

/// For endpoints that never stream, such as embeddings.
[[nodiscard]] std::unique_ptr<AnswerEncoder> wholeEncoder(QByteArray contentType,
                                                          std::function<QByteArray(const Finish &)> whole);

/// Ollama's own frames, for /api/chat and /api/generate.
enum class OllamaEndpoint { Chat, Generate };
[[nodiscard]] std::unique_ptr<AnswerEncoder> ollamaEncoder(OllamaEndpoint endpoint, QString model);

/// Whose variety of OpenAI's protocol is spoken.
enum class OpenAiFlavour { Ollama, LlamaCpp };

/// What an OpenAI answer repeats from its request.
struct OpenAiAnswerHead {
    OpenAiFlavour flavour = OpenAiFlavour::LlamaCpp;
    QString model;
    quint64 serial = 0; ///< part of the id
    int choices = 1;
    bool includesUsage = false;
};
[[nodiscard]] std::unique_ptr<AnswerEncoder> openAiChatEncoder(OpenAiAnswerHead head);
[[nodiscard]] std::unique_ptr<AnswerEncoder> openAiTextEncoder(OpenAiAnswerHead head);

}
