// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/handlers.h"
#include "daemon/tools/tool.h"

/// The resources of the tool server.
namespace moe::api {

/// Of a request: the arguments of a call and what is around them.
inline constexpr qsizetype largestToolBody = tools::largestArguments + 64 * 1024;

[[nodiscard]] Task<http::HttpReply> toolHealth(const Services *services, ExchangePtr exchange, RequestContext context);

// These want a key.
[[nodiscard]] Task<http::HttpReply> listTools(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                              RequestContext context);
[[nodiscard]] Task<http::HttpReply> invokeTool(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                               RequestContext context);

}
