// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/engines.h"

#include "daemon/tools/algebra/algebraengines.h"
#include "daemon/tools/outsourced.h"

namespace moe::tools {

std::span<const Engine> engines()
{
    static constexpr Engine all[] = {
        {"calculate", &calculateEngine, &prepareAlgebra},
        {"solve", &solveEngine},
        {"factorize", &factorizeEngine},
        {"calculation", &calculationEngine},
    };
    return all;
}

}
