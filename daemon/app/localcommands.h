// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/app/iostack.h"
#include "daemon/ctl/commandtable.h"

namespace moe::app {

/// Adds log.level (shows or changes what is logged, at once) and status.
void registerLocalCommands(ctl::CommandTable &table, const inference::Dispatcher &dispatcher,
                           const StackSockets &sockets);

}
