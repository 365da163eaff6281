// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/client/localprotocol.h"

namespace moe::client {

/// Has the daemon that runs on this data directory do one command. Unavailable, saying what to do, if none runs.
[[nodiscard]] Task<QJsonObject> callLocal(QString dataDirectory, LocalRequest request, RequestContext context);

}
