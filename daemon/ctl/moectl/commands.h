// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>

#include <span>
#include <vector>

namespace moe::moectl {

/// One column of a table, or one line about a single thing.
struct Column {
    QLatin1StringView field; ///< in the daemon's answer
    QLatin1StringView title;
};

/// One word or option that a command takes; its name is also the argument's name on the socket.
struct Parameter {
    enum Kind { Word, OptionalWord, Option, OptionalOption };
    Kind kind;
    QLatin1StringView name;
    QLatin1StringView placeholder;
};

/// What the user can type, what is sent for it and how the answer is shown.
struct Command {
    QLatin1StringView words;        ///< "key create"
    QLatin1StringView request;      ///< "key.create"
    QLatin1StringView help;
    std::vector<Parameter> parameters;
    std::vector<Column> columns;    ///< empty: whatever the answer holds
};

[[nodiscard]] std::span<const Command> allCommands();

}
