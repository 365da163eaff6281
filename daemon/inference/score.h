// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moe::inference {

/// What a model needs on a server before it can answer.
enum class Fit {
    Resident, ///< it is loaded
    Beside,   ///< it can be loaded without unloading another
    Swap,     ///< another has to be unloaded, and nobody needs that one
    Blocked,  ///< another would have to be unloaded that somebody needs
};

/// What is known about one model on one server when a call is to be placed.
struct Prospect {
    double firstTokenSeconds = 0.3; ///< measured, or a hopeful guess, so that an unknown node gets tried
    double tokensPerSecond = 40;    ///< likewise
    double loadSeconds = 0;         ///< what loading it takes; 0: loaded
    double unloadSeconds = 0;       ///< what the models that it displaces will take to load again
    int inFlight = 0;
    int parallel = 1;
    int priority = 0;               ///< of the hardware class
    double faults = 0;              ///< faults not yet forgotten
    bool hasPrefix = false;         ///< the conversation was here last
};

/// Seconds until a call of typical length would be done there, corrected by preferences: the lower, the better. With
/// everything else equal: loaded and idle < loaded and busy < fits beside < displaces another.
[[nodiscard]] double expectedCompletion(const Prospect &prospect);

/// Seconds that a call of typical length keeps a slot there.
[[nodiscard]] double expectedService(const Prospect &prospect);

}
