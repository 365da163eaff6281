// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/timestamps.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace moe::sim {

using std::chrono::system_clock;

QByteArray rfc3339(system_clock::time_point when)
{
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
    const auto seconds = static_cast<std::time_t>(nanoseconds / 1'000'000'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 96> text;
    const int length = std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09lldZ",
                                     parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                                     parts.tm_sec, static_cast<long long>(nanoseconds % 1'000'000'000));
    return QByteArray(text.data(), length);
}

QByteArray rfc3339Now() { return rfc3339(system_clock::now()); }

QByteArray httpDateNow()
{
    const std::time_t now = system_clock::to_time_t(system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    // Not strftime: its names follow the locale.
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 96> text;
    const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                     days[size_t(parts.tm_wday)], parts.tm_mday, months[size_t(parts.tm_mon)],
                                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return QByteArray(text.data(), length);
}

}
