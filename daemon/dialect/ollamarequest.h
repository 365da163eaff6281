// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QStringList>

#include <chrono>
#include <optional>

namespace moe::dialect {

/// What one node and one model of it can do, and how they are to be used for a call.
struct OllamaTarget {
    QByteArray model;                               ///< as the node lists it
    int contextLength = 0;                          ///< `num_ctx` in tokens, always sent; 0: leave it to the node
    std::optional<std::chrono::seconds> keepAlive = {}; ///< how long the model stays loaded; negative: for ever
    bool isStream = false;
    bool hasStructuredOutput = true;                ///< false: an old build that knows only the format "json"
    bool canThink = false;                          ///< the model has the capability; others refuse to be asked to
};

/// A request in Ollama's own terms.
struct OllamaRequest {
    QByteArray body;
    QStringList dropped;  ///< fields left out, for `x-moe-dropped`; each fit for a header
    int choiceCount = 1;  ///< `n`: the caller makes as many calls and numbers the answers
};

/// OpenAI chat completion request → body for `/api/chat`. Numbers, schemas and texts keep their bytes.
[[nodiscard]] Result<OllamaRequest> ollamaChatRequest(QByteArrayView body, const OllamaTarget &target);

/// OpenAI legacy completion request → body for `/api/generate`.
[[nodiscard]] Result<OllamaRequest> ollamaGenerateRequest(QByteArrayView body, const OllamaTarget &target);

/// OpenAI embeddings request → body for `/api/embed`. Too long an input is an error there, not cut.
[[nodiscard]] Result<OllamaRequest> ollamaEmbedRequest(QByteArrayView body, const OllamaTarget &target);

/// OpenAI embeddings request → bodies for `/api/embeddings` of old builds, one for each input, in order.
[[nodiscard]] Result<QByteArrayList> ollamaOldEmbedRequests(QByteArrayView body, const OllamaTarget &target);

}
