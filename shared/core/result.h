// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"

#include <expected>
#include <utility>

namespace moe {

/// A value or an expected failure. Functions returning it are [[nodiscard]].
template <typename T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a failure: `return failure(Error::invalid(…))`.
[[nodiscard]] inline std::unexpected<Error> failure(Error error) { return std::unexpected(std::move(error)); }

}

#define MOE_CONCAT_INNER(a, b) a##b
#define MOE_CONCAT(a, b) MOE_CONCAT_INNER(a, b)

// TRY(const auto x, f()); declares x from f()'s value, or returns its error. A declaration macro with two arguments on
// purpose: a statement expression around co_await crashes GCC 14.2.
#define TRY_IMPL(tried, target, ...)                                                                                   \
    auto tried = (__VA_ARGS__);                                                                                        \
    if (!tried)                                                                                                        \
        return std::unexpected(std::move(tried).error());                                                              \
    target = *std::move(tried)
#define TRY(target, ...) TRY_IMPL(MOE_CONCAT(tried_, __LINE__), target, __VA_ARGS__)

// TRY_VOID(f()); for a Result<void>.
#define TRY_VOID_IMPL(tried, ...)                                                                                      \
    if (auto tried = (__VA_ARGS__); !tried)                                                                            \
    return std::unexpected(std::move(tried).error())
#define TRY_VOID(...) TRY_VOID_IMPL(MOE_CONCAT(tried_, __LINE__), __VA_ARGS__)
