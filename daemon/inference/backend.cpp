// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/backend.h"

#include "daemon/inference/ollamabackend.h"
#include "daemon/inference/openaibackend.h"

namespace moe::inference {

const Backend &Backend::of(ApiType type)
{
    static const OllamaBackend ollama;
    static const OpenAiBackend openAi;
    switch (type) {
    case ApiType::Ollama: return ollama;
    case ApiType::OpenAi: return openAi;
    }
    Q_UNREACHABLE_RETURN(openAi);
}

}
