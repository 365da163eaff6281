// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/console.h"
#include "daemon/ctl/moectl/inputs.h"
#include "daemon/ctl/moectl/output.h"
#include "daemon/ctl/moectl/place.h"
#include "shared/client/controlclient.h"

#include <span>
#include <vector>

namespace moe::moectl {

/// One word or option that a command takes.
struct Parameter {
    enum Kind {
        Word,
        OptionalWord,
        Option,         ///< --name VALUE
        OptionalOption,
        Flag,           ///< --name
    };
    Kind kind;
    QLatin1StringView name;
    QLatin1StringView placeholder = {};
};

/// What a command works with.
struct Call {
    client::ControlClient client;
    Inputs inputs;
    Place place;
    std::shared_ptr<Console> console;
};

/// What can be typed, and what is done then.
struct Command {
    enum class Needs {
        Daemon,  ///< the one that somebody has signed in to, else the one of this machine
        Machine, ///< the data directory of this machine, even if somebody has signed in elsewhere
    };

    QLatin1StringView words; ///< "key create"
    QLatin1StringView help;
    std::vector<Parameter> parameters;
    Task<Output> (*run)(Call call);
    Needs needs = Needs::Daemon;
};

/// Commands that belong together.
struct CommandGroup {
    QLatin1StringView title;
    std::vector<Command> commands;
};

[[nodiscard]] CommandGroup userCommands();
[[nodiscard]] CommandGroup keyCommands();
[[nodiscard]] CommandGroup permissionCommands();
[[nodiscard]] CommandGroup limitCommands();
[[nodiscard]] CommandGroup groupCommands();
[[nodiscard]] CommandGroup usageCommands();
[[nodiscard]] CommandGroup settingsCommands();
[[nodiscard]] CommandGroup serverCommands();
[[nodiscard]] CommandGroup lawCommands();
[[nodiscard]] CommandGroup sessionCommands();
[[nodiscard]] CommandGroup toolCommands();
[[nodiscard]] CommandGroup machineCommands();

/// All there are, in the order of the help text.
[[nodiscard]] std::span<const CommandGroup> allCommands();
/// "create --user NAME --label TEXT [--expires YYYY-MM-DD]" and so on.
[[nodiscard]] QString usageOf(const Command &command);
[[nodiscard]] QString helpText();

}
