// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/services.h"
#include "daemon/http/httpserver.h"

namespace moe::api {

/// The client API of one I/O thread (port 8002). `services` outlives the routes.
[[nodiscard]] std::vector<http::Route> clientRoutes(const Services &services);

/// The tool server of one I/O thread (port 8003): its tools over plain HTTP and over the Model Context Protocol.
[[nodiscard]] std::vector<http::Route> toolRoutes(const Services &services);

/// What the control port (8088) serves so far: health, readiness and metrics.
/// `metricsToken`: without one, metrics are for callers on this machine only.
[[nodiscard]] std::vector<http::Route> controlRoutes(const Services &services,
                                                     std::function<QByteArray()> metricsToken);

/// Errors as OpenAI clients expect them.
[[nodiscard]] http::HttpReply errorReply(const Error &error, QByteArrayView requestId);
/// The whole answer to a request that is refused before it reaches a handler.
[[nodiscard]] QByteArray refusalAnswer(const http::Refusal &refusal);

}
