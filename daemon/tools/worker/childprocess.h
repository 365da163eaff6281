// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>

#include <sys/types.h>
#include <vector>

namespace moe::tools {

/// What is started as a process of its own.
struct ChildCommand {
    QByteArray program;         ///< full path
    QByteArrayList arguments;   ///< without the program's name
    QByteArrayList environment; ///< "NAME=VALUE"; there is nothing else in it
};

/// Starts it, in a session of its own. Its descriptors from 0 on are copies of the given ones; a negative one leads
/// nowhere. It has no others. The process id; 0: it cannot be started.
[[nodiscard]] pid_t spawnChild(const ChildCommand &command, const std::vector<int> &descriptors);

/// Kills it with all that it has started in its session, and waits for its end.
void endChild(pid_t pid);

}
