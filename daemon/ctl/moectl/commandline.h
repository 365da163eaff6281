// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/command.h"

#include <QStringList>

namespace moe::moectl {

/// What a command line asks for.
struct Invocation {
    enum Kind { Help, Version, Completion, Run };
    Kind kind = Help;
    QString dataDirectory;            ///< empty: not said
    const Command *command = nullptr; ///< of a Run; one of allCommands()
    Inputs inputs;
};

/// `arguments` without the program's name. Wrong usage, saying what is wrong.
[[nodiscard]] Result<Invocation> parseCommandLine(const QStringList &arguments);

/// True if --json is among them: asked before parsing, because what is wrong with the rest is told in JSON then.
[[nodiscard]] bool wantsJson(const QStringList &arguments);

/// The script that completes moectl's command lines in bash.
[[nodiscard]] QString bashCompletion();

}
