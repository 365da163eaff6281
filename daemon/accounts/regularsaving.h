// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <functional>

namespace moe::accounts {

/// Calls `save` every few seconds until the context is stopped, and once more then. Failures are logged when they
/// begin; `save` keeps what it could not write. `what` is for the log, such as "when keys were last used".
[[nodiscard]] QCoro::Task<> saveRegularly(std::function<Task<void>(RequestContext)> save, QString what,
                                          RequestContext context);

}
