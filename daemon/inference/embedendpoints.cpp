// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/embedendpoints.h"

#include "shared/wire/jsonscan.h"

namespace moe::inference {

ServerPtr EmbedEndpoints::corrected(ServerPtr server) const
{
    const auto known = m_lacking.constFind(server->config.name);
    if (known == m_lacking.cend() || *known != server->status.version || !server->status.hasEmbedEndpoint)
        return server;
    auto copy = std::make_shared<Server>(*server);
    copy->status.hasEmbedEndpoint = false;
    return copy;
}

bool EmbedEndpoints::learn(const Server &server, int status, QByteArrayView body)
{
    // A model that is missing is a 404 too, but one with Ollama's error object.
    const bool isUnknownPath = status == 404 && !json::validate(body);
    if (server.config.apiType != ApiType::Ollama || !server.status.hasEmbedEndpoint || !isUnknownPath)
        return false;
    m_lacking.insert(server.config.name, server.status.version);
    return true;
}

}
