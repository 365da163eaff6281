// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/routes.h"

#include "daemon/api/authenticate.h"
#include "daemon/api/handlers.h"
#include "daemon/dialect/openaierror.h"
#include "shared/core/ids.h"
#include "shared/wire/endpoints.h"

#include <QLatin1StringView>

namespace moe::api {

namespace {

using http::Method;
using telemetry::Route;

using Resource = Task<http::HttpReply> (*)(const Services *, ExchangePtr, RequestContext);

/// Shows the request among those being worked on for as long as its handler runs.
Task<http::HttpReply> counted(const Services *services, Resource resource, ExchangePtr exchange, RequestContext context)
{
    const telemetry::GaugeHold inFlight(services->metrics.requestsInFlight);
    co_return co_await resource(services, std::move(exchange), std::move(context));
}

http::Route route(const Services &services, Method method, QLatin1StringView path, Route metric, Resource resource,
                  bool isPrefix = false)
{
    return {method,
            QByteArray(path.data(), path.size()),
            isPrefix,
            int(metric),
            [&services, resource](ExchangePtr exchange, RequestContext context) {
                return counted(&services, resource, std::move(exchange), std::move(context));
            },
            [&services](const http::HttpRequest &request) { return hasValidKey(services, request); }};
}

}

std::vector<http::Route> clientRoutes(const Services &services)
{
    return {
        route(services, Method::Post, endpoints::ChatCompletions, Route::ChatCompletions, &chatCompletions),
        route(services, Method::Post, endpoints::Completions, Route::Completions, &completions),
        route(services, Method::Post, endpoints::Embeddings, Route::Embeddings, &embeddings),
        route(services, Method::Get, endpoints::Models, Route::Models, &listModels),
        route(services, Method::Get, endpoints::Model, Route::Models, &findModel, true),
        route(services, Method::Get, endpoints::Health, Route::Health, &health),
        route(services, Method::Get, endpoints::Ready, Route::Ready, &ready),
    };
}

std::vector<http::Route> toolRoutes(const Services &services)
{
    return {route(services, Method::Get, endpoints::Health, Route::Health, &health)};
}

std::vector<http::Route> controlRoutes(const Services &services, QByteArray metricsToken)
{
    std::vector<http::Route> routes{
        route(services, Method::Get, endpoints::Health, Route::Health, &health),
        route(services, Method::Get, endpoints::Ready, Route::Ready, &ready),
    };
    routes.push_back({Method::Get, QByteArray(endpoints::Metrics.data()), false, int(Route::Metrics),
                      [&services, metricsToken](ExchangePtr exchange, RequestContext context) {
                          return metrics(&services, metricsToken, std::move(exchange), std::move(context));
                      }});
    return routes;
}

http::HttpReply errorReply(const Error &error, QByteArrayView)
{
    dialect::ErrorReply dialectReply = dialect::openAiErrorReply(error);
    http::HttpReply reply = http::HttpReply::json(std::move(dialectReply.body), dialectReply.status);
    for (const auto &[name, value] : dialectReply.headers)
        reply.headers.append({name, value});
    return reply;
}

QByteArray refusalAnswer(const http::Refusal &refusal)
{
    Error error = Error::invalid(QString(refusal.reason));
    if (refusal.status == 413)
        error.code = ErrorCode::TooLarge;
    const QByteArray body = dialect::openAiErrorBody(error);
    return "HTTP/1.1 " + QByteArray::number(refusal.status)
        + " Refused\r\nContent-Type: application/json\r\nx-request-id: " + newRequestId()
        + "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

}
