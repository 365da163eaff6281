// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/servermetrics.h"

using namespace Qt::StringLiterals;
using prometheus::MetricType;

namespace moe::telemetry {

namespace {

constexpr std::size_t serverLimit = 500;
const QString overflowName = u"other"_s;

void addGauge(Samples &samples, Labels labels, double value)
{
    prometheus::ClientMetric &sample = samples.emplace_back();
    sample.label = std::move(labels);
    sample.gauge.value = value;
}

void addBreaker(Samples &samples, const Labels &server, Breaker state)
{
    static constexpr std::array states{std::pair{Breaker::Closed, "closed"}, std::pair{Breaker::HalfOpen, "half_open"},
                                       std::pair{Breaker::Open, "open"}};
    for (const auto &[candidate, name] : states) {
        Labels labels = server;
        labels.push_back({"state", name});
        addGauge(samples, std::move(labels), candidate == state ? 1 : 0);
    }
}

}

std::shared_ptr<ServerMetrics> ServerMetricsTable::server(const ServerId &name)
{
    const std::lock_guard lock(m_mutex);
    const bool isFull = m_servers.size() >= serverLimit && !m_servers.contains(name.value());
    std::shared_ptr<ServerMetrics> &metrics = m_servers[isFull ? overflowName : name.value()];
    if (!metrics)
        metrics = std::make_shared<ServerMetrics>();
    return metrics;
}

void ServerMetricsTable::retain(const QList<ServerId> &names)
{
    const std::lock_guard lock(m_mutex);
    const bool isShared = std::size_t(names.size()) > serverLimit;
    std::erase_if(m_servers, [&names, isShared](const auto &entry) {
        return !names.contains(ServerId(entry.first)) && !(isShared && entry.first == overflowName);
    });
}

void ServerMetricsTable::collect(std::vector<prometheus::MetricFamily> &families) const
{
    prometheus::MetricFamily calls{"moe_upstream_calls_total", "Calls to inference servers.", MetricType::Counter, {}};
    prometheus::MetricFamily firstByte{"moe_upstream_first_byte_seconds",
                                       "Time from sending a call to the first byte of its answer.",
                                       MetricType::Histogram,
                                       {}};
    prometheus::MetricFamily up{"moe_node_up", "Whether the last probe reached the node.", MetricType::Gauge, {}};
    prometheus::MetricFamily breaker{
        "moe_node_breaker_state", "1 for the present state of the node's circuit breaker.", MetricType::Gauge, {}};
    prometheus::MetricFamily inFlight{"moe_node_in_flight", "Calls the node is working on.", MetricType::Gauge, {}};
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[name, server] : m_servers) {
            const Labels labels{{"server", name.toStdString()}};
            server->calls.collect(calls.metric, labels);
            server->timeToFirstByte.collect(firstByte.metric, labels);
            server->inFlight.collect(inFlight.metric, labels);
            addGauge(up.metric, labels, server->isUp ? 1 : 0);
            addBreaker(breaker.metric, labels, server->breaker);
        }
    }
    for (prometheus::MetricFamily *family : {&calls, &firstByte, &up, &breaker, &inFlight}) {
        if (!family->metric.empty())
            families.push_back(std::move(*family));
    }
}

}
