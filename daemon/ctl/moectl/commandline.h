// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/commands.h"
#include "shared/client/localprotocol.h"
#include "shared/core/result.h"

#include <QStringList>

namespace moe::moectl {

/// What a command line asks for.
struct Invocation {
    enum Kind { Help, Version, Call };
    Kind kind = Help;
    QString dataDirectory;
    const Command *command = nullptr; ///< of a Call; one of allCommands()
    client::LocalRequest request;
};

/// `arguments` without the program's name. InvalidRequest, saying what is wrong.
[[nodiscard]] Result<Invocation> parseCommandLine(const QStringList &arguments);

/// True if --json is among them: asked before parsing, because what is wrong with the rest is told in JSON then.
[[nodiscard]] bool wantsJson(const QStringList &arguments);

[[nodiscard]] QString helpText();

}
