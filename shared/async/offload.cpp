// SPDX-License-Identifier: Apache-2.0
#include "shared/async/offload.h"

#include <sys/resource.h>

namespace moe {

namespace {

constexpr int niceness = 5;

}

void giveWay()
{
    // On Linux this is of the thread, not of the process.
    thread_local const int result = setpriority(PRIO_PROCESS, 0, niceness);
    (void)result;
}

}
