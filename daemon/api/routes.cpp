// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/routes.h"

#include "daemon/api/authenticate.h"
#include "daemon/api/handlers.h"
#include "daemon/dialect/openaierror.h"
#include "daemon/telemetry/redact.h"
#include "shared/core/ids.h"
#include "shared/wire/endpoints.h"

#include <QLatin1StringView>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

constexpr qsizetype longestPath = 100; // in the audit log

using http::Method;
using telemetry::Route;

using OpenResource = Task<http::HttpReply> (*)(const Services *, ExchangePtr, RequestContext);
using KeyedResource = Task<http::HttpReply> (*)(const Services *, ExchangePtr, AdmissionPtr, RequestContext);

enum class Use { Looks, UsesModels };

// Both show the request among those being worked on for as long as its handler runs.

Task<http::HttpReply> opened(const Services *services, OpenResource resource, ExchangePtr exchange,
                             RequestContext context)
{
    const telemetry::GaugeHold inFlight(services->metrics.requestsInFlight);
    co_return co_await resource(services, std::move(exchange), std::move(context));
}

bool isRefusal(const Error &error)
{
    constexpr std::array refusals{ErrorCode::Unauthenticated, ErrorCode::PermissionDenied, ErrorCode::RateLimited,
                                  ErrorCode::BudgetExceeded};
    return std::ranges::contains(refusals, error.code);
}

/// Those of one key or address become one entry a minute.
void noteRefusal(const Services &services, const http::Exchange &exchange, const QByteArray &keyPrefix,
                 const Error &error)
{
    AuditEntry entry;
    if (!keyPrefix.isEmpty())
        entry.actor = u"key:"_s + QString::fromLatin1(keyPrefix);
    entry.address = exchange.request().peer.toString();
    entry.action = u"request.refused"_s;
    entry.object = QString::fromUtf8(telemetry::redacted(exchange.request().path.left(longestPath))); // may hold a key
    entry.isSuccess = false;
    services.audit.note(std::move(entry), error.reason.toUtf8());
}

/// The one way to a handler that wants a key.
Task<http::HttpReply> admitted(const Services *services, KeyedResource resource, Use use, ExchangePtr exchange,
                               RequestContext context)
{
    const telemetry::GaugeHold inFlight(services->metrics.requestsInFlight);
    const Result<AdmissionPtr> admitted = Admission::admit(*services, *exchange);
    if (!admitted) {
        noteRefusal(*services, *exchange, {}, admitted.error());
        co_return failure(admitted.error());
    }
    const AdmissionPtr &admission = *admitted;
    context.principal = admission->principal();
    if (use == Use::UsesModels)
        admission->keepRecord(exchange);
    Result<http::HttpReply> reply = co_await resource(services, exchange, admission, std::move(context));
    if (!reply && isRefusal(reply.error()))
        noteRefusal(*services, *exchange, admission->principal().keyPrefix, reply.error());
    co_return reply;
}

http::Route route(const Services &services, Method method, QLatin1StringView path, Route metric, OpenResource resource)
{
    return {method,
            QByteArray(path.data(), path.size()),
            false,
            int(metric),
            [&services, resource](ExchangePtr exchange, RequestContext context) {
                return opened(&services, resource, std::move(exchange), std::move(context));
            },
            [](const http::HttpRequest &) { return false; }}; // none of them reads a body
}

http::Route route(const Services &services, Method method, QLatin1StringView path, Route metric, KeyedResource resource,
                  Use use, bool isPrefix = false)
{
    return {method,
            QByteArray(path.data(), path.size()),
            isPrefix,
            int(metric),
            [&services, resource, use](ExchangePtr exchange, RequestContext context) {
                return admitted(&services, resource, use, std::move(exchange), std::move(context));
            },
            [&services](const http::HttpRequest &request) { return hasValidKey(services, request); }};
}

}

std::vector<http::Route> clientRoutes(const Services &services)
{
    return {
        route(services, Method::Post, endpoints::ChatCompletions, Route::ChatCompletions, &chatCompletions,
              Use::UsesModels),
        route(services, Method::Post, endpoints::Completions, Route::Completions, &completions, Use::UsesModels),
        route(services, Method::Post, endpoints::Embeddings, Route::Embeddings, &embeddings, Use::UsesModels),
        route(services, Method::Get, endpoints::Models, Route::Models, &listModels, Use::Looks),
        route(services, Method::Get, endpoints::Model, Route::Models, &findModel, Use::Looks, true),
        route(services, Method::Get, endpoints::Health, Route::Health, &health),
        route(services, Method::Get, endpoints::Ready, Route::Ready, &ready),
    };
}

std::vector<http::Route> toolRoutes(const Services &services)
{
    return {route(services, Method::Get, endpoints::Health, Route::Health, &health)};
}

std::vector<http::Route> controlRoutes(const Services &services, std::function<QByteArray()> metricsToken)
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
