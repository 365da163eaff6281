// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/run.h"
#include "daemon/tools/engines.h"
#include "daemon/tools/worker/workermain.h"

int main(int argc, char **argv)
{
    if (moe::tools::isWorkerCall(argc, argv))
        return moe::tools::workerMain(moe::tools::engines());
    return moe::app::run(argc, argv);
}
