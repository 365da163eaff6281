// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/backend.h"

namespace moe::inference {

/// Servers that speak the caller's own dialect: the same bytes go there and come back, with only the model's name (and
/// whether to stream, if the daemon decides that) patched.
class OpenAiBackend final : public Backend
{
public:
    [[nodiscard]] Result<PreparedCall> prepare(CallKind kind, const ChatCall &call, bool isStream, const Server &server,
                                               const ModelInfo &model) const override;
    [[nodiscard]] std::unique_ptr<StreamReader> streamReader(CallKind kind, const ChatCall &call) const override;
    [[nodiscard]] Result<ReadAnswer> readAnswer(CallKind kind, const ChatCall &call,
                                                const QList<QByteArray> &bodies) const override;
};

}
