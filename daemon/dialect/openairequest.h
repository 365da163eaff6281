// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/wire/jsoncursor.h"

#include <QByteArray>

#include <optional>

/// OpenAI requests read from their bytes in one pass, without a document. Required fields and the types of known
/// fields are checked, errors name the field in `param`; fields nobody knows are tolerated. Spans are positions in the
/// body given.
namespace moe::dialect {

/// What the daemon needs to know of a chat completion request.
struct ChatRequestView {
    QByteArray model;
    bool isStream = false;
    bool wantsUsage = false;             ///< `stream_options.include_usage`
    std::optional<qint64> maxTokens;     ///< `max_completion_tokens`, else `max_tokens`
    bool hasMaxTokens = false;           ///< `max_tokens` is there, if only as null
    int choiceCount = 1;                 ///< `n`
    int messageCount = 0;
    bool hasImages = false;
    bool hasTools = false;
    qint64 promptTokensEstimate = 0;     ///< by the rule of TokenEstimate
    json::Span messages;                 ///< the array
    std::optional<json::Span> tools;     ///< the array, if there is one
};

/// What the daemon needs to know of a legacy completion request.
struct CompletionRequestView {
    QByteArray model;
    bool isStream = false;
    bool wantsUsage = false;
    std::optional<qint64> maxTokens;
    bool hasMaxTokens = false;           ///< it is there, if only as null
    int choiceCount = 1;
    int promptCount = 0;
    qint64 promptTokensEstimate = 0;
    json::Span prompt;
};

/// What the daemon needs to know of an embeddings request.
struct EmbeddingsRequestView {
    QByteArray model;
    bool wantsBase64 = false;
    std::optional<qint64> dimensions;
    int inputCount = 0;
    qint64 promptTokensEstimate = 0;
    json::Span input;
};

[[nodiscard]] Result<ChatRequestView> parseChatRequest(QByteArrayView body);
[[nodiscard]] Result<CompletionRequestView> parseCompletionRequest(QByteArrayView body);
[[nodiscard]] Result<EmbeddingsRequestView> parseEmbeddingsRequest(QByteArrayView body);

}
