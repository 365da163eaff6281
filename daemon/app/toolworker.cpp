// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/engines.h"
#include "daemon/tools/worker/workermain.h"

#include <cstdio>

/// A program of its own, because the daemon need not carry what only confined processes may call.
int main()
{
    const int status = moe::tools::workerMain(moe::tools::engines());
    if (status == 2)
        std::fputs("moe-tool-worker is started by moed; there is nothing to do with it by hand.\n", stderr);
    return status;
}
