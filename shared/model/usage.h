// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtTypes>

namespace moe {

/// Tokens of one model call or of several added up.
struct Usage {
    qint64 promptTokens = 0;     ///< including cached ones, as OpenAI counts
    qint64 completionTokens = 0; ///< including reasoning
    bool isEstimated = false;    ///< true if any part was counted by us instead of reported by the upstream

    [[nodiscard]] qint64 totalTokens() const { return promptTokens + completionTokens; }
    Usage &operator+=(const Usage &other);
    friend bool operator==(const Usage &, const Usage &) = default;
};

}
