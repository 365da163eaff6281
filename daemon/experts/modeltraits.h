// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"

#include <QString>

namespace moe::experts {

/// Fast models first, large ones when the fast are not sure.
enum class Tier {
    T1, ///< up to 20 billion parameters, or of unknown size
    T2, ///< more
};

/// Billions of parameters as the model's name says ("qwen3:30b-a3b": 30, "mixtral:8x7b": 56, "gemma3:270m": 0.27);
/// 0 if it does not say.
[[nodiscard]] double parametersInName(const QString &name);

/// Billions of parameters: the server's word, else the name's, else estimated from the file size; 0: unknown.
[[nodiscard]] double parametersOf(const inference::ModelInfo &model);

[[nodiscard]] Tier tierOf(double parametersBillion);

/// What a model was made for, as far as capabilities, family and name tell.
struct ModelTraits {
    bool isEmbeddingOnly = false;
    bool isVision = false;
    bool isCode = false;
    bool isMath = false;
    bool isMedical = false;
    bool isTranslation = false;
    bool isReasoning = false;

    /// Good for any text task.
    [[nodiscard]] bool isGeneral() const
    {
        return !isEmbeddingOnly && !isCode && !isMath && !isMedical && !isTranslation;
    }
};

[[nodiscard]] ModelTraits traitsOf(const inference::ModelInfo &model);

}
