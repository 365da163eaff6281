// SPDX-License-Identifier: Apache-2.0
#include "shared/core/clock.h"

namespace moe {

Clock::Steady SystemClock::steady() const { return std::chrono::steady_clock::now(); }

Clock::System SystemClock::system() const { return std::chrono::system_clock::now(); }

}
