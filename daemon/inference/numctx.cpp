// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/numctx.h"

#include <algorithm>
#include <bit>
#include <cmath>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr int leastContext = 2048;
constexpr int usualContext = 8192;
constexpr int largestContext = 32768;
constexpr double gibibyte = 1024.0 * 1024 * 1024;
constexpr double runtimeBytes = 0.5 * gibibyte;   // buffers of the runner itself
constexpr double weightsOverhead = 1.1;           // compute buffers grow with the weights
constexpr double bytesPerBillion = 0.6e9;         // of a model quantised to four bits and a bit

double billions(const ModelInfo &model)
{
    return model.parametersBillion > 0 ? model.parametersBillion : double(model.sizeBytes) / bytesPerBillion;
}

// Layers, heads and width grow with the parameters; 48 KiB × √(billions) is near the 16-bit key-value cache of the
// common families from 0.3 to 70 billion (an 8 B model: 136 KiB estimated, 128 KiB true).
double cacheBytesPerToken(const ModelInfo &model) { return 48.0 * 1024 * std::sqrt(std::max(billions(model), 0.05)); }

double weightBytes(const ModelInfo &model) { return double(model.sizeBytes) * weightsOverhead + runtimeBytes; }

int withinModel(double context, const ModelInfo &model)
{
    const int limit = model.contextLength > 0 ? model.contextLength : std::numeric_limits<int>::max();
    return int(std::min(context, double(limit)));
}

bool isEmbeddingOnly(const ModelInfo &model) { return model.capabilities.embedding && !model.capabilities.completion; }

}

int contextFor(const Server &server, const ModelInfo &model, std::optional<int> configured)
{
    if (configured)
        return withinModel(std::max(*configured, 1), model);
    if (server.config.vramGb <= 0 || model.sizeBytes <= 0 || isEmbeddingOnly(model))
        return withinModel(usualContext, model);
    const double vram = server.config.vramGb * gibibyte;
    const double room = std::clamp(vram - weightBytes(model), 0.0, vram / 4);
    const double tokens = room / cacheBytesPerToken(model) / std::max(server.config.parallel, 1);
    const auto bounded = unsigned(std::clamp(tokens, double(leastContext), double(largestContext)));
    return withinModel(std::bit_floor(bounded), model);
}

qint64 vramNeeded(const Server &server, const ModelInfo &model)
{
    if (model.sizeBytes <= 0)
        return 0;
    const double cache = cacheBytesPerToken(model) * contextFor(server, model) * std::max(server.config.parallel, 1);
    const double needed = weightBytes(model) + (isEmbeddingOnly(model) ? 0 : cache);
    // An estimate must not keep a model from a server that can just hold its weights.
    return server.config.vramGb > 0 ? qint64(std::min(needed, server.config.vramGb * gibibyte)) : qint64(needed);
}

bool canHold(const Server &server, const ModelInfo &model)
{
    return server.config.vramGb <= 0 || double(model.sizeBytes) <= server.config.vramGb * gibibyte;
}

Result<void> promptFits(qint64 promptTokensEstimate, int numCtx)
{
    if (promptTokensEstimate <= numCtx)
        return {};
    return failure(Error::invalid(u"The prompt has about %1 tokens; this model takes %2 here. Shorten the prompt or "
                                  "use a model with a longer context."_s.arg(promptTokensEstimate)
                                      .arg(numCtx),
                                  u"messages"_s, u"context_length_exceeded"_s));
}

}
