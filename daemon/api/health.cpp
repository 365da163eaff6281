// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/handlers.h"

#include "shared/core/text.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

QByteArray itemJson(const HealthItem &item)
{
    QByteArray text = R"({"name":)" + json::quoted(item.name) + R"(,"ok":)" + (item.isOk ? "true" : "false");
    if (!item.detail.isEmpty())
        text += R"(,"detail":)" + json::quoted(item.detail);
    return text + '}';
}

HealthItem nodesItem(const inference::Dispatcher &dispatcher)
{
    const auto servers = dispatcher.servers();
    int reachable = 0;
    int models = 0;
    for (const inference::ServerPtr &server : *servers) {
        reachable += server->config.isEnabled && server->status.isReachable;
        models += server->config.isEnabled && server->status.isReachable ? int(server->status.models.size()) : 0;
    }
    const QByteArray detail = QByteArray::number(reachable) + " of " + QByteArray::number(servers->size())
        + " inference servers reachable, " + QByteArray::number(models) + " models";
    return {"inference", reachable > 0, detail};
}

}

Task<http::HttpReply> health(const Services *, ExchangePtr, RequestContext)
{
    co_return http::HttpReply::json(R"({"status":"ok","version":")" MOE_VERSION "\"}");
}

Task<http::HttpReply> ready(const Services *services, ExchangePtr, RequestContext)
{
    QList<HealthItem> items{nodesItem(services->dispatcher)};
    items.append(services->health());
    if (services->isDraining)
        items.append({"shutdown", false, "the service is stopping"});
    bool isReady = true;
    QByteArrayList texts;
    for (const HealthItem &item : std::as_const(items)) {
        isReady = isReady && item.isOk;
        texts.append(itemJson(item));
    }
    co_return http::HttpReply::json(QByteArray(R"({"status":")") + (isReady ? "ready" : "not_ready")
                                        + R"(","components":[)" + texts.join(',') + "]}",
                                    isReady ? 200 : 503);
}

Task<http::HttpReply> metrics(const Services *services, std::function<QByteArray()> metricsToken, ExchangePtr exchange,
                              RequestContext)
{
    const QByteArrayView authorization = exchange->request().header("authorization");
    const QByteArray token = metricsToken();
    const bool hasToken = !token.isEmpty() && equalsInConstantTime(authorization, QByteArray("Bearer " + token));
    if (!hasToken && !exchange->request().peer.isLoopback())
        co_return failure(Error::of(ErrorCode::Unauthenticated,
                                    u"Metrics need the metrics token when asked for from another machine."_s));
    const auto stats = services->dispatcher.stats();
    services->metrics.queueLength.set(stats.waiting);
    QList<ServerId> configured;
    for (const inference::ServerStats &server : stats.servers)
        configured.append(server.name);
    services->metrics.servers.retain(configured);
    for (const inference::ServerStats &server : stats.servers) {
        const auto metrics = services->metrics.servers.server(server.name);
        metrics->isUp = server.isReachable && server.isEnabled;
        metrics->inFlight.set(server.inFlight);
        metrics->breaker = server.breaker == inference::BreakerState::Open ? telemetry::Breaker::Open
            : server.breaker == inference::BreakerState::HalfOpen          ? telemetry::Breaker::HalfOpen
                                                                           : telemetry::Breaker::Closed;
    }
    co_return http::HttpReply::text(services->metrics.serialise(), telemetry::Metrics::contentType);
}

}
