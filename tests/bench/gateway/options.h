// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace moe::bench {

/// The `--name value` arguments of a command line. Anything wrong ends the program with a message.
class Options
{
public:
    Options(int argc, char **argv, int first);

    std::string text(const std::string &name, std::string_view fallback) const;
    double number(const std::string &name, double fallback) const;
    std::size_t count(const std::string &name, std::size_t fallback) const;
    std::chrono::nanoseconds seconds(const std::string &name, double fallback) const;
    /// To be called when all options have been read: an option that nobody asked for is a mistake.
    void refuseUnknown() const;

private:
    std::map<std::string, std::string> m_values;
    mutable std::set<std::string> m_known;
};

}
