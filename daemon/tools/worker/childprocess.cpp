// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/childprocess.h"

#include <QScopeGuard>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

namespace moe::tools {

namespace {

bool setDescriptors(posix_spawn_file_actions_t *actions, const std::vector<int> &descriptors)
{
    // The copies are made first: what is copied may have one of the numbers that are taken next.
    const int count = int(descriptors.size());
    for (int i = 0; i < count; ++i) {
        if (descriptors[std::size_t(i)] >= 0
            && posix_spawn_file_actions_adddup2(actions, descriptors[std::size_t(i)], i) != 0)
            return false;
    }
    for (int i = 0; i < count; ++i) {
        if (descriptors[std::size_t(i)] < 0
            && posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0) != 0)
            return false;
    }
    return posix_spawn_file_actions_addclosefrom_np(actions, count) == 0;
}

/// Signals are as the kernel has them for new programs, whatever the daemon blocks or ignores.
bool setSignals(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 && posix_spawnattr_setsigdefault(attributes, &all) == 0
        && posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID)
        == 0;
}

/// As C has lists of texts; the texts live on.
std::vector<char *> pointersTo(QByteArrayList &texts)
{
    std::vector<char *> pointers;
    for (QByteArray &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}

pid_t spawnChild(const ChildCommand &command, const std::vector<int> &descriptors)
{
    QByteArrayList arguments = command.arguments;
    arguments.prepend(command.program);
    QByteArrayList environment = command.environment;

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 0;
    const auto freeActions = qScopeGuard([&actions] { posix_spawn_file_actions_destroy(&actions); });
    if (posix_spawnattr_init(&attributes) != 0)
        return 0;
    const auto freeAttributes = qScopeGuard([&attributes] { posix_spawnattr_destroy(&attributes); });
    pid_t pid = 0;
    if (!setDescriptors(&actions, descriptors) || !setSignals(&attributes)
        || posix_spawn(&pid, command.program.constData(), &actions, &attributes, pointersTo(arguments).data(),
                       pointersTo(environment).data())
            != 0)
        return 0;
    return pid;
}

void endChild(pid_t pid)
{
    kill(-pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR)
        ;
}

}
