// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/backend.h"

#include "daemon/inference/openaibackend.h"

namespace moe::inference {

const Backend &Backend::of(ApiType type)
{
    static const OpenAiBackend openAi;
    switch (type) {
    case ApiType::Ollama:
    case ApiType::OpenAi:
    case ApiType::Anthropic:
        break;
    }
    return openAi;
}

}
