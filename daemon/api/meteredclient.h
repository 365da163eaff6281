// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/modelclient.h"

#include <functional>

namespace moe::api {

/// A model client whose calls pass through somebody who may refuse or change them first. The client behind outlives it.
class MeteredClient final : public inference::ModelClient
{
public:
    enum class CallForm { Whole, Stream, Embeddings };
    using Prepare = std::function<Result<inference::ChatCall>(inference::ChatCall, CallForm)>;

    MeteredClient(inference::ModelClient &client, Prepare prepare) : m_client(client), m_prepare(std::move(prepare)) { }

    [[nodiscard]] Task<std::shared_ptr<inference::ChatStream>> streamChat(inference::ChatCall call,
                                                                          RequestContext context) override;
    [[nodiscard]] Task<inference::ChatAnswer> completeChat(inference::ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<inference::EmbeddingAnswer> embed(inference::ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<inference::ChatAnswer> completeText(inference::ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<std::shared_ptr<inference::ChatStream>> streamText(inference::ChatCall call,
                                                                          RequestContext context) override;

private:
    inference::ModelClient &m_client;
    const Prepare m_prepare;
};

}
