// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/services.h"
#include "daemon/http/httptypes.h"
#include "shared/core/result.h"
#include "shared/model/principal.h"

namespace moe::api {

/// Who sends a request: by `Authorization: Bearer` or `x-api-key`, on every route. Two different keys are refused, for
/// nobody could say whose budget is meant.
[[nodiscard]] Result<Principal> authenticate(const Services &services, const http::HttpRequest &request);

/// Whether authenticate() would let the request pass; leaves no trace in the metrics.
[[nodiscard]] bool hasValidKey(const Services &services, const http::HttpRequest &request);

}
