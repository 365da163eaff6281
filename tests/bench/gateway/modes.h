// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/gateway/options.h"

#include <cstdint>
#include <string>

namespace moe::bench {

/// Whom the load goes to and with what.
struct Target {
    explicit Target(const Options &options);

    /// A chat completion whose JSON body has `bodyBytes` (or what it needs at least). `frames` and `interval` ask the
    /// stub upstream for a stream of its own; 0 frames: the model's default. With `path` and `json` it is that call.
    std::string request(std::size_t bodyBytes, bool isStream, std::size_t frames = 0, std::size_t intervalUs = 0) const;

    std::uint16_t port;
    std::string key;
    std::string model;
    std::string path; ///< of another call than a completion; empty: none
    std::string json; ///< its body
};

/// Each mode reads its options, puts its load on the target, prints a report and returns the exit status: 0 when the
/// load could be applied, whatever became of it.

/// Closed loop: connections that send the next request when the last one is answered.
int runRequests(const Options &options);
/// Streams that are read to their end, at once or after a pause without reading.
int runStreams(const Options &options);
/// Requests given up at random moments; measures how long the upstream goes on for nobody.
int runAborts(const Options &options);

}
