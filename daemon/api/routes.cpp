// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/routes.h"

#include "daemon/api/routing.h"
#include "daemon/dialect/openaierror.h"
#include "shared/core/ids.h"
#include "shared/wire/endpoints.h"

namespace moe::api {

using http::Method;
using telemetry::Route;

std::vector<http::Route> clientRoutes(const Services &services)
{
    return {
        keyedRoute(services, Method::Post, endpoints::ChatCompletions, Route::ChatCompletions, &chatCompletions,
                   Use::UsesModels),
        keyedRoute(services, Method::Post, endpoints::Completions, Route::Completions, &completions, Use::UsesModels),
        keyedRoute(services, Method::Post, endpoints::Embeddings, Route::Embeddings, &embeddings, Use::UsesModels),
        keyedRoute(services, Method::Get, endpoints::Models, Route::Models, &listModels, Use::Looks),
        keyedRoute(services, Method::Get, endpoints::Model, Route::Models, &findModel, Use::Looks, true),
        openRoute(services, Method::Get, endpoints::Health, Route::Health, &health),
        openRoute(services, Method::Get, endpoints::Ready, Route::Ready, &ready),
    };
}

std::vector<http::Route> controlRoutes(const Services &services, std::function<QByteArray()> metricsToken)
{
    std::vector<http::Route> routes{
        openRoute(services, Method::Get, endpoints::Health, Route::Health, &health),
        openRoute(services, Method::Get, endpoints::Ready, Route::Ready, &ready),
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
