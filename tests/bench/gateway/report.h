// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <format>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace moe::bench {

/// A JSON object under construction.
class Report
{
public:
    void add(std::string_view name, double value) { addRaw(name, std::format("{}", value)); }
    void add(std::string_view name, const Report &value) { addRaw(name, value.toJson()); }
    /// Count, p50, p90, p99 and maximum of microseconds.
    void addDistribution(std::string_view name, std::vector<double> microseconds);
    std::string toJson() const { return "{" + m_members + "}"; }

private:
    void addRaw(std::string_view name, std::string_view json);

    std::string m_members;
};

/// What went wrong, by reason.
class Failures
{
public:
    void add(std::string_view reason) { ++m_reasons[std::string(reason)]; }
    std::size_t count() const;
    Report report() const;

private:
    std::map<std::string, std::size_t> m_reasons;
};

/// Talks with whoever drives the load: says when the load is about to start and waits for the word, so that the driver
/// can look at the process under test before and after. Without a driver nothing is waited for.
class Steps
{
public:
    explicit Steps(bool isDriven) : m_isDriven(isDriven) { }
    void ready() const;
    void finish(const Report &report) const;

private:
    void say(std::string_view line) const;

    bool m_isDriven;
};

}
