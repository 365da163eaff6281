// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/handlers.h"
#include "daemon/http/httpserver.h"

#include <QLatin1StringView>

/// How resources become routes.
namespace moe::api {

using OpenResource = Task<http::HttpReply> (*)(const Services *, ExchangePtr, RequestContext);
using KeyedResource = Task<http::HttpReply> (*)(const Services *, ExchangePtr, AdmissionPtr, RequestContext);

enum class Use {
    Looks,
    UsesModels,
    Talks, ///< the rates are for what it asks, which its handler sees to
};

/// For everybody. Reads no body.
[[nodiscard]] http::Route openRoute(const Services &services, http::Method method, QLatin1StringView path,
                                    telemetry::Route metric, OpenResource resource);
/// For requests with a key, the one way to a handler that wants one. A handler that lets go of its admission does not
/// count as a running request any more.
[[nodiscard]] http::Route keyedRoute(const Services &services, http::Method method, QLatin1StringView path,
                                     telemetry::Route metric, KeyedResource resource, Use use, bool isPrefix = false);

/// In the audit log, if it is one of the errors by which a caller is kept out. Those of one key or address become one
/// entry a minute. `object` is what was asked for, if the path does not say it.
void noteRefusal(const Services &services, const http::Exchange &exchange, const QByteArray &keyPrefix,
                 const Error &error, const QByteArray &object = {});

}
