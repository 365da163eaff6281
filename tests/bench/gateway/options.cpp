// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/options.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <print>

namespace moe::bench {

namespace {

[[noreturn]] void refuse(std::string_view message, std::string_view name)
{
    std::println(stderr, "{}: {}", message, name);
    std::exit(2);
}

}

Options::Options(int argc, char **argv, int first)
{
    for (int i = first; i < argc; i += 2) {
        const std::string_view name = argv[i];
        if (!name.starts_with("--") || i + 1 == argc)
            refuse("expected --name value", name);
        m_values[std::string(name.substr(2))] = argv[i + 1];
    }
}

std::string Options::text(const std::string &name, std::string_view fallback) const
{
    m_known.insert(name);
    const auto found = m_values.find(name);
    return found == m_values.end() ? std::string(fallback) : found->second;
}

double Options::number(const std::string &name, double fallback) const
{
    const std::string value = text(name, "");
    if (value.empty())
        return fallback;
    char *end = nullptr;
    const double result = std::strtod(value.c_str(), &end);
    if (*end != '\0' || !std::isfinite(result) || result < 0)
        refuse("expected a number", name);
    return result;
}

std::size_t Options::count(const std::string &name, std::size_t fallback) const
{
    // The fallback may be larger than a double can say.
    return text(name, "").empty() ? fallback : static_cast<std::size_t>(number(name, 0));
}

std::chrono::nanoseconds Options::seconds(const std::string &name, double fallback) const
{
    return std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>(number(name, fallback)));
}

void Options::refuseUnknown() const
{
    for (const auto &[name, value] : m_values) {
        if (!m_known.contains(name))
            refuse("unknown option", name);
    }
}

}
