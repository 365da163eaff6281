// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/backend.h"

namespace moe::inference {

/// Ollama through its own API: options that never force a reload, the context length always sent, and no silent cut of
/// a prompt that is too long for it.
class OllamaBackend final : public Backend
{
public:
    [[nodiscard]] Result<PreparedCall> prepare(CallKind kind, const ChatCall &call, bool isStream, const Server &server,
                                               const ModelInfo &model) const override;
    [[nodiscard]] std::unique_ptr<StreamReader> streamReader(CallKind kind, const ChatCall &call) const override;
    [[nodiscard]] Result<ReadAnswer> readAnswer(CallKind kind, const ChatCall &call,
                                                const QList<QByteArray> &bodies) const override;
};

}
