// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <functional>

namespace moe::accounts {

/// What has to hold of a thing at the moment in which it is changed, such as that it is what the caller saw. What it
/// fails with is what the change fails with. Empty: nothing.
template <typename T>
using Precondition = std::function<Result<void>(const T &present)>;

template <typename T>
[[nodiscard]] Result<void> check(const Precondition<T> &precondition, const T &present)
{
    return precondition ? precondition(present) : Result<void>();
}

}
