// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

namespace moe::accounts {

/// Somewhere data of users lie that go, or lose their owner, when the user is removed. Main thread.
class ErasureHook
{
public:
    ErasureHook() = default;
    ErasureHook(const ErasureHook &) = delete;
    ErasureHook &operator=(const ErasureHook &) = delete;
    virtual ~ErasureHook() = default;

    /// Called while the user is still known, but blocked. May be called again after a failure, its own or another's.
    [[nodiscard]] virtual Task<void> erase(UserId user, QString name, RequestContext context) = 0;
};

}
