// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/run.h"

int main(int argc, char **argv) { return moe::app::run(argc, argv); }
