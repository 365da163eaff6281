// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/metrics.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/resourceusage.h"

#include <prometheus/text_serializer.h>

#include <charconv>
#include <string_view>

using prometheus::MetricFamily;
using prometheus::MetricType;

namespace moe::telemetry {

namespace {

using Families = std::vector<MetricFamily>;

MetricFamily family(const char *name, const char *help, MetricType type, const auto &table)
{
    MetricFamily family{name, help, type, {}};
    table.collect(family.metric);
    return family;
}

void addGauge(Families &families, const char *name, const char *help, double value, Labels labels = {})
{
    MetricFamily &family = families.emplace_back(MetricFamily{name, help, MetricType::Gauge, {}});
    family.metric.emplace_back().label = std::move(labels);
    family.metric.back().gauge.value = value;
}

void addCounter(Families &families, const char *name, const char *help, double value)
{
    MetricFamily &family = families.emplace_back(MetricFamily{name, help, MetricType::Counter, {}});
    family.metric.emplace_back().counter.value = value;
}

void addProcess(Families &families)
{
    // What cannot be read is left out: observing must never make a request fail.
    const auto usage = currentResourceUsage();
    if (!usage)
        return;
    const std::chrono::duration<double> started = usage->started.time_since_epoch();
    addCounter(families, "process_cpu_seconds_total", "User and system CPU time.",
               std::chrono::duration<double>(usage->cpu).count());
    addGauge(families, "process_resident_memory_bytes", "Resident memory.", double(usage->residentBytes));
    addGauge(families, "process_virtual_memory_bytes", "Virtual memory.", double(usage->virtualBytes));
    addGauge(families, "process_open_fds", "Open file descriptors.", usage->openFiles);
    addGauge(families, "process_max_fds", "Limit of open file descriptors.", double(usage->openFilesLimit));
    addGauge(families, "process_threads", "Threads.", usage->threads);
    addGauge(families, "process_start_time_seconds", "When the process started, since the epoch.", started.count());
}

}

StatusSlot statusSlot(int status)
{
    const auto &names = Axis<StatusSlot>::names;
    static const auto known = [] {
        std::array<int, Axis<StatusSlot>::names.size() - 1> codes{};
        for (std::size_t i = 0; i < codes.size(); ++i)
            std::from_chars(names[i], names[i] + 3, codes[i]);
        return codes;
    }();
    return StatusSlot(std::ranges::find(known, status) - known.begin()); // the end is "other"
}

UpstreamOutcome upstreamOutcome(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Cancelled: return UpstreamOutcome::Cancelled;
    case ErrorCode::Timeout: return UpstreamOutcome::Timeout;
    case ErrorCode::BadGateway: return UpstreamOutcome::BadAnswer;
    case ErrorCode::Unavailable: return UpstreamOutcome::Unreachable;
    case ErrorCode::InvalidRequest:
    case ErrorCode::Unauthenticated:
    case ErrorCode::PermissionDenied:
    case ErrorCode::NotFound:
    case ErrorCode::Conflict:
    case ErrorCode::TooLarge:
    case ErrorCode::RateLimited:
    case ErrorCode::BudgetExceeded: return UpstreamOutcome::Refused;
    case ErrorCode::Internal: break;
    }
    return UpstreamOutcome::Failed;
}

Families Metrics::Collect() const
{
    using enum MetricType;
    Families all;
    all.push_back(family("moe_http_requests_total", "Requests answered.", Counter, requests));
    all.push_back(family("moe_http_request_duration_seconds", "Time from a request's head to the end of its answer.",
                         Histogram, requestDuration));
    all.push_back(family("moe_time_to_first_token_seconds",
                         "Time from a request's head to the first token of its streamed answer.", Histogram,
                         timeToFirstToken));
    all.push_back(family("moe_http_requests_in_flight", "Requests being worked on.", Gauge, requestsInFlight));
    all.push_back(family("moe_http_streams_open", "Streamed answers being sent.", Gauge, streamsOpen));
    all.push_back(family("moe_http_bytes_total", "Bytes of request and answer bodies.", Counter, bytes));
    all.push_back(family("moe_auth_failures_total", "Requests refused for their key.", Counter, authFailures));
    all.push_back(family("moe_tokens_total", "Tokens used by models, estimated where a node does not report them.",
                         Counter, tokens));
    all.push_back(family("moe_upstream_queue_length", "Calls waiting for a free node.", Gauge, queueLength));
    all.push_back(
        family("moe_upstream_queue_wait_seconds", "Time calls waited for a free node.", Histogram, queueWait));
    servers.collect(all);
    addCounter(all, "moe_log_lines_dropped_total", "Log lines lost because the output did not keep up.",
               double(droppedLogLines()));
    addGauge(all, "moe_build_info", "Always 1; the labels tell the versions.", 1,
             {{"version", MOE_VERSION}, {"qt", qVersion()}});
    addProcess(all);
    return all;
}

QByteArray Metrics::serialise() const
{
    return QByteArray::fromStdString(prometheus::TextSerializer().Serialize(Collect()));
}

}
