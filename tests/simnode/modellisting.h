// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/answerencoder.h"
#include "tests/simnode/config.h"
#include "tests/simnode/modelhost.h"

#include <QByteArray>

#include <vector>

namespace moe::sim {

/// Bodies of Ollama's answers that are not generations.
[[nodiscard]] QByteArray tagsAnswer(const Config &config);
[[nodiscard]] QByteArray psAnswer(const std::vector<ModelHost::Loaded> &loaded);
/// An old server says nothing of capabilities.
[[nodiscard]] QByteArray showAnswer(const ModelSpec &model, bool isOld);
/// Of /api/embed.
[[nodiscard]] QByteArray embedAnswer(const QString &model, const QStringList &texts, int dimensions, const Finish &end);
/// Of /api/embeddings.
[[nodiscard]] QByteArray embeddingAnswer(const QString &text, int dimensions);
/// The answer to a request that only loads or unloads.
[[nodiscard]] QByteArray loadAnswer(const QString &model, bool unloads, bool isChat);

/// "name:latest" for a name without a tag.
[[nodiscard]] QString taggedName(const QString &name);

}
