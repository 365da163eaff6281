// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/metriclabels.h"
#include "shared/core/ids.h"

#include <QList>

#include <map>
#include <mutex>

namespace moe::telemetry {

/// State of a server's circuit breaker.
enum class Breaker { Closed, HalfOpen, Open };

/// What is counted for one inference server. Looked up when the registry changes, not for each call. Thread-safe.
struct ServerMetrics {
    CounterTable<UpstreamOutcome> calls;
    Histogram timeToFirstByte;
    Gauge inFlight;
    std::atomic<bool> isUp = false;
    std::atomic<Breaker> breaker = Breaker::Closed;
};

/// The metrics of all configured servers; their names are the only label that is not fixed. Thread-safe.
class ServerMetricsTable
{
public:
    /// Makes the server's metrics at first. Beyond 500 servers all further ones share the name "other".
    [[nodiscard]] std::shared_ptr<ServerMetrics> server(const ServerId &name);
    /// Stops showing all but these. Whoever still holds metrics of another may go on counting.
    void retain(const QList<ServerId> &names);

    void collect(std::vector<prometheus::MetricFamily> &families) const;

private:
    mutable std::mutex m_mutex;
    std::map<QString, std::shared_ptr<ServerMetrics>> m_servers; // guarded by m_mutex
};

}
