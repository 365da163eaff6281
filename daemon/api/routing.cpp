// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/routing.h"

#include "daemon/api/authenticate.h"
#include "daemon/telemetry/redact.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

constexpr qsizetype longestPath = 100; // in the audit log

// Both show the request among those being worked on for as long as its handler runs.

Task<http::HttpReply> opened(const Services *services, OpenResource resource, ExchangePtr exchange,
                             RequestContext context)
{
    const telemetry::GaugeHold inFlight(services->metrics.requestsInFlight);
    co_return co_await resource(services, std::move(exchange), std::move(context));
}

Task<http::HttpReply> admitted(const Services *services, KeyedResource resource, Use use, ExchangePtr exchange,
                               RequestContext context)
{
    const telemetry::GaugeHold inFlight(services->metrics.requestsInFlight);
    Result<AdmissionPtr> admitted = Admission::admit(*services, *exchange);
    if (!admitted) {
        noteRefusal(*services, *exchange, {}, admitted.error());
        co_return failure(admitted.error());
    }
    AdmissionPtr admission = *std::move(admitted);
    context.principal = admission->principal();
    const QByteArray keyPrefix = context.principal.keyPrefix;
    if (use == Use::UsesModels)
        admission->keepRecord(exchange);
    if (use != Use::Talks) {
        if (auto counted = admission->countWhole(); !counted) {
            noteRefusal(*services, *exchange, keyPrefix, counted.error());
            co_return failure(std::move(counted).error());
        }
    }
    Result<http::HttpReply> reply = co_await resource(services, exchange, std::move(admission), std::move(context));
    if (!reply)
        noteRefusal(*services, *exchange, keyPrefix, reply.error());
    co_return reply;
}

}

void noteRefusal(const Services &services, const http::Exchange &exchange, const QByteArray &keyPrefix,
                 const Error &error, const QByteArray &object)
{
    constexpr std::array refusals{ErrorCode::Unauthenticated, ErrorCode::PermissionDenied, ErrorCode::RateLimited,
                                  ErrorCode::BudgetExceeded};
    if (!std::ranges::contains(refusals, error.code))
        return;
    AuditEntry entry;
    if (!keyPrefix.isEmpty())
        entry.actor = u"key:"_s + QString::fromLatin1(keyPrefix);
    entry.address = exchange.request().peer.toString();
    entry.action = u"request.refused"_s;
    const QByteArray what = object.isEmpty() ? exchange.request().path.left(longestPath) : object;
    entry.object = QString::fromUtf8(telemetry::redacted(what)); // may hold a key
    entry.isSuccess = false;
    services.audit.note(std::move(entry), error.reason.toUtf8());
}

http::Route openRoute(const Services &services, http::Method method, QLatin1StringView path, telemetry::Route metric,
                      OpenResource resource)
{
    return {method,
            QByteArray(path.data(), path.size()),
            false,
            int(metric),
            [&services, resource](ExchangePtr exchange, RequestContext context) {
                return opened(&services, resource, std::move(exchange), std::move(context));
            },
            [](const http::HttpRequest &) { return false; }};
}

http::Route keyedRoute(const Services &services, http::Method method, QLatin1StringView path, telemetry::Route metric,
                       KeyedResource resource, Use use, bool isPrefix)
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
