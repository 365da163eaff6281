// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/metriclabels.h"
#include "daemon/telemetry/servermetrics.h"

#include <prometheus/collectable.h>

#include <QByteArray>

namespace moe::telemetry {

/// Everything GET /metrics shows. Made once at start and handed to whoever counts; all members may be used from any
/// thread and cost a few nanoseconds.
struct Metrics final : public prometheus::Collectable {
    CounterTable<Route, StatusSlot> requests;
    HistogramTable<Route> requestDuration;
    HistogramTable<Route> timeToFirstToken; ///< of streamed answers
    Gauge requestsInFlight;
    Gauge streamsOpen;
    CounterTable<Direction> bytes;
    CounterTable<AuthFailure> authFailures;
    CounterTable<TokenKind> tokens;
    Gauge queueLength;   ///< calls waiting for a free node
    Histogram queueWait; ///< of calls that waited
    ServerMetricsTable servers;

    void requestEnded(Route route, int status, std::chrono::microseconds duration)
    {
        requests.add(route, statusSlot(status));
        requestDuration.observe(route, duration);
    }

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

    /// The body of GET /metrics, of type `contentType`. Takes some milliseconds with thousands of open files.
    [[nodiscard]] QByteArray serialise() const;
    static constexpr const char *contentType = "text/plain; version=0.0.4; charset=utf-8";
};

}
