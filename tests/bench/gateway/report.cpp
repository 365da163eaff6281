// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <print>

namespace moe::bench {

void Report::addRaw(std::string_view name, std::string_view json)
{
    m_members += std::format("{}\"{}\":{}", m_members.empty() ? "" : ",", name, json);
}

void Report::addDistribution(std::string_view name, std::vector<double> microseconds)
{
    std::ranges::sort(microseconds);
    const auto quantile = [&](double share) {
        if (microseconds.empty())
            return 0.0;
        const auto rank = std::ceil(share * static_cast<double>(microseconds.size()));
        return microseconds[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    };
    Report distribution;
    distribution.add("count", static_cast<double>(microseconds.size()));
    distribution.add("p50", quantile(0.5));
    distribution.add("p90", quantile(0.9));
    distribution.add("p99", quantile(0.99));
    distribution.add("max", quantile(1));
    add(name, distribution);
}

std::size_t Failures::count() const
{
    std::size_t total = 0;
    for (const auto &[reason, times] : m_reasons)
        total += times;
    return total;
}

Report Failures::report() const
{
    Report reasons;
    for (const auto &[reason, times] : m_reasons)
        reasons.add(reason, static_cast<double>(times));
    return reasons;
}

void Steps::ready() const
{
    if (m_isDriven)
        say("ready");
}

void Steps::finish(const Report &report) const { say(report.toJson()); }

void Steps::say(std::string_view line) const
{
    std::println("{}", line);
    std::fflush(stdout);
    if (std::string word; m_isDriven)
        std::getline(std::cin, word);
}

}
