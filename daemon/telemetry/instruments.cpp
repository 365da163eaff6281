// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/instruments.h"

#include <algorithm>
#include <limits>

namespace moe::telemetry {

std::size_t ShardedCells::assignShard()
{
    static constinit std::atomic<std::size_t> next = 0;
    return next.fetch_add(1, relaxed) % shardCount;
}

std::int64_t ShardedCells::sum(std::size_t cell) const
{
    std::int64_t sum = 0;
    for (std::size_t shard = 0; shard < shardCount; ++shard)
        sum += m_lines[shard * m_linesPerShard + cell / Line().size()][cell % Line().size()].load(relaxed);
    return sum;
}

void Gauge::collect(Samples &samples, const Labels &fixed) const
{
    prometheus::ClientMetric &sample = samples.emplace_back();
    sample.label = fixed;
    sample.gauge.value = double(value());
}

namespace detail {

constexpr std::array<std::int64_t, DurationBuckets::boundCount> DurationBuckets::bounds{
    1'000,     2'500,     5'000,     10'000,     25'000,     50'000,     100'000,     250'000,    500'000,
    1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000, 120'000'000, 300'000'000};

void DurationBuckets::observe(std::size_t histogram, std::chrono::microseconds duration)
{
    const std::int64_t value = std::max<std::int64_t>(duration.count(), 0);
    const auto bucket = std::size_t(std::ranges::lower_bound(bounds, value) - bounds.begin());
    m_cells.add(histogram * cellsEach + bucket, 1);
    m_cells.add(histogram * cellsEach + boundCount + 1, value);
}

bool DurationBuckets::fill(std::size_t histogram, prometheus::ClientMetric::Histogram &sample) const
{
    std::int64_t count = 0;
    sample.bucket.reserve(boundCount + 1);
    for (std::size_t i = 0; i <= boundCount; ++i) {
        count += m_cells.sum(histogram * cellsEach + i);
        const double bound = i < boundCount ? double(bounds[i]) / 1e6 : std::numeric_limits<double>::infinity();
        sample.bucket.push_back({std::uint64_t(count), bound});
    }
    // Counted from the buckets, so that the two agree however many threads observe meanwhile.
    sample.sample_count = std::uint64_t(count);
    sample.sample_sum = double(m_cells.sum(histogram * cellsEach + boundCount + 1)) / 1e6;
    return count > 0;
}

}

}
