// SPDX-License-Identifier: Apache-2.0
#include "shared/model/usage.h"

namespace moe {

Usage &Usage::operator+=(const Usage &other)
{
    promptTokens += other.promptTokens;
    completionTokens += other.completionTokens;
    isEstimated = isEstimated || other.isEstimated;
    return *this;
}

}
