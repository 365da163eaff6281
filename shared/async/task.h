// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QCoro/QCoroTask>

namespace moe {

/// A coroutine that ends with a value or an expected failure. It starts at once and detaches silently when dropped, so
/// every Task is awaited, joined by whenAll() or owned by a TaskScope. Parameters are taken by value; lambdas that are
/// coroutines capture nothing.
template <typename T>
using Task = QCoro::Task<Result<T>>;

}

// CO_TRY(const auto rows, co_await store.page(query, context)); as TRY, inside a coroutine.
#define CO_TRY_IMPL(tried, target, ...)                                                                                \
    auto tried = (__VA_ARGS__);                                                                                        \
    if (!tried)                                                                                                        \
        co_return std::unexpected(std::move(tried).error());                                                           \
    target = *std::move(tried)
#define CO_TRY(target, ...) CO_TRY_IMPL(MOE_CONCAT(tried_, __LINE__), target, __VA_ARGS__)

// CO_TRY_VOID(co_await f()); for a Task<void> or Result<void>.
#define CO_TRY_VOID_IMPL(tried, ...)                                                                                   \
    auto tried = (__VA_ARGS__);                                                                                        \
    if (!tried)                                                                                                        \
    co_return std::unexpected(std::move(tried).error())
#define CO_TRY_VOID(...) CO_TRY_VOID_IMPL(MOE_CONCAT(tried_, __LINE__), __VA_ARGS__)
