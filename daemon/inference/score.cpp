// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/score.h"

#include <algorithm>

namespace moe::inference {

namespace {
constexpr double typicalTokens = 256;
constexpr double slowdownWhenFull = 0.5;   // of the generation speed, by calls batched together
constexpr double secondsPerFault = 15;     // more than any fast failure could save
constexpr double secondsPerPriority = 0.5;
constexpr int highestPriority = 20;
constexpr double leastPrefixGain = 1;      // seconds; keeps a conversation where it is when all else is equal
constexpr double prefixShare = 0.8;        // of the time to first token is spent on the prompt
}

double expectedService(const Prospect &prospect)
{
    const double load = double(prospect.inFlight) / std::max(prospect.parallel, 1);
    const double generation = typicalTokens / std::max(prospect.tokensPerSecond, 0.01);
    return prospect.firstTokenSeconds + generation * (1 + slowdownWhenFull * load);
}

double expectedCompletion(const Prospect &prospect)
{
    double seconds = expectedService(prospect) + prospect.loadSeconds + prospect.unloadSeconds;
    seconds += secondsPerFault * prospect.faults;
    seconds -= secondsPerPriority * std::clamp(prospect.priority, -highestPriority, highestPriority);
    if (prospect.hasPrefix)
        seconds -= std::max(leastPrefixGain, prefixShare * prospect.firstTokenSeconds);
    return seconds;
}

}
