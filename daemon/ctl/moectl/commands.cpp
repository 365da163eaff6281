// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"

namespace moe::moectl {

std::span<const CommandGroup> allCommands()
{
    static const std::vector<CommandGroup> groups{
        sessionCommands(),    userCommands(),  groupCommands(), keyCommands(),
        permissionCommands(), limitCommands(), usageCommands(), settingsCommands(),
        serverCommands(),     toolCommands(),  lawCommands(),   machineCommands(),
    };
    return groups;
}

}
