// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/run.h"
#include "shared/core/utf8locale.h"

int main(int argc, char **argv)
{
    moe::useUtf8();
    return moe::app::run(argc, argv);
}
