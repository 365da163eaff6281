// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"
#include "shared/core/result.h"

#include <optional>

namespace moe::inference {

/// The context length (`num_ctx`, in tokens) with which a model runs on a server. Always sent, and the same for every
/// call, because another value makes Ollama load the model again. It depends on nothing that changes while running:
/// - `configured` if given, at most what the model was trained for;
/// - embedding models: what they were trained for, at most 8192;
/// - known VRAM: what the key-value cache may take. It gets what the weights leave free, at most a quarter of the VRAM
///   so that another model fits beside, shared by the parallel calls; a power of two from 2048 to 32768;
/// - unknown VRAM: 8192, at most what the model was trained for.
[[nodiscard]] int contextFor(const Server &server, const ModelInfo &model, std::optional<int> configured = {});

/// VRAM that a model takes with that context and the server's parallel calls, estimated; 0 if its size is unknown.
[[nodiscard]] qint64 vramNeeded(const Server &server, const ModelInfo &model);

/// True unless the weights alone are larger than the server's VRAM.
[[nodiscard]] bool canHold(const Server &server, const ModelInfo &model);

/// InvalidRequest (context_length_exceeded) for a prompt that the server would cut silently.
[[nodiscard]] Result<void> promptFits(qint64 promptTokensEstimate, int numCtx);

}
