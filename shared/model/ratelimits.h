// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace moe {

/// How often a key may be used. Without a value: no limit.
struct RateLimits {
    std::optional<int> requestsPerMinute; ///< 1 to 1,000,000
    std::optional<int> parallelRequests;  ///< 1 to 100,000

    friend bool operator==(const RateLimits &, const RateLimits &) = default;
};

}
