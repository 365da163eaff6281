// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"
#include "shared/core/result.h"

#include <QByteArrayView>

namespace moe::inference {

// What servers answer to probes. Bodies are bounded; BadGateway if one is no such answer at all; entries of a list that
// make no sense are left out, members that are missing are unknown.

/// A model in Ollama's list.
struct ListedModel {
    ModelInfo info;
    QByteArray digest; ///< changes with the model's content; may be empty

    friend bool operator==(const ListedModel &, const ListedModel &) = default;
};

/// What Ollama tells about one model.
struct ModelDetails {
    ModelCapabilities capabilities;
    double parametersBillion = 0; ///< 0: unknown
    int contextLength = 0; ///< 0: unknown
    QString family;
    QString quantisation;

    friend bool operator==(const ModelDetails &, const ModelDetails &) = default;
};

[[nodiscard]] Result<QString> parseOllamaVersion(QByteArrayView body); ///< GET /api/version
[[nodiscard]] Result<QList<ListedModel>> parseOllamaTags(QByteArrayView body); ///< GET /api/tags
[[nodiscard]] Result<QList<LoadedModel>> parseOllamaLoaded(QByteArrayView body); ///< GET /api/ps
[[nodiscard]] Result<ModelDetails> parseOllamaDetails(QByteArrayView body); ///< POST /api/show
/// GET /v1/models of OpenAI-compatible servers.
[[nodiscard]] Result<QList<ModelInfo>> parseModelList(QByteArrayView body);

/// The body of POST /api/show.
[[nodiscard]] QByteArray ollamaDetailsQuery(const QString &model);

/// Notes what an Ollama of this version lacks. An unreadable version, such as a developer's, counts as current.
void applyOllamaVersion(ServerStatus &status, const QString &version);

/// `info` with what its server told about it in detail.
[[nodiscard]] ModelInfo withDetails(ModelInfo info, const ModelDetails &details);

/// Billions of parameters from a size such as "4.3B", "268.10M" or "8x7b"; 0 if it is none.
[[nodiscard]] double billionsFromSize(QStringView size);
/// Billions of parameters from a name such as "qwen3:30b-a3b" or "org/Llama-3.1-8B-Instruct"; 0 if it holds none.
[[nodiscard]] double billionsFromName(QStringView name);

}
