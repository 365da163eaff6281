// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/workerprocess.h"

#include "daemon/tools/worker/frame.h"

#include <QScopeGuard>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace moe::tools {

namespace {

/// Only its end of the connection is left open; its input and outputs lead nowhere.
bool setDescriptors(posix_spawn_file_actions_t *actions, int connection)
{
    // The copy is made first: the connection may be one of the numbers that are taken next.
    if (posix_spawn_file_actions_adddup2(actions, connection, workerDescriptor) != 0
        || posix_spawn_file_actions_addclosefrom_np(actions, workerDescriptor + 1) != 0)
        return false;
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (posix_spawn_file_actions_addopen(actions, standard, "/dev/null", O_RDWR, 0) != 0)
            return false;
    }
    return true;
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

/// The process id; 0: it cannot be started.
pid_t spawn(const WorkerCommand &command, int connection)
{
    QByteArrayList texts = command.arguments;
    texts.prepend(command.program);
    std::vector<char *> arguments;
    for (QByteArray &text : texts)
        arguments.push_back(text.data());
    arguments.push_back(nullptr);
    char *environment[] = {nullptr};

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 0;
    const auto freeActions = qScopeGuard([&actions] { posix_spawn_file_actions_destroy(&actions); });
    if (posix_spawnattr_init(&attributes) != 0)
        return 0;
    const auto freeAttributes = qScopeGuard([&attributes] { posix_spawnattr_destroy(&attributes); });
    pid_t pid = 0;
    if (!setDescriptors(&actions, connection) || !setSignals(&attributes)
        || posix_spawn(&pid, command.program.constData(), &actions, &attributes, arguments.data(), environment) != 0)
        return 0;
    return pid;
}

int millisecondsUntil(Clock::Steady deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return int(std::clamp<qint64>(left.count(), 0, 3'600'000));
}

}

std::unique_ptr<WorkerProcess> WorkerProcess::start(const WorkerCommand &command)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return {};
    const pid_t pid = spawn(command, ends[1]);
    close(ends[1]);
    if (pid == 0) {
        close(ends[0]);
        return {};
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return std::unique_ptr<WorkerProcess>(new WorkerProcess(pid, ends[0]));
}

WorkerProcess::~WorkerProcess()
{
    kill(m_pid, SIGKILL);
    while (waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR)
        ;
    close(m_descriptor);
}

std::expected<void, WorkerProcess::Fault> WorkerProcess::waitFor(short events, WaitLimit limit) const
{
    pollfd polled[] = {{m_descriptor, events, 0}, {limit.interrupt, POLLIN, 0}};
    for (;;) {
        const int left = millisecondsUntil(limit.deadline);
        const int ready = poll(polled, 2, left);
        if (ready < 0 && errno != EINTR)
            return std::unexpected(Fault::Broken);
        if (ready > 0)
            return polled[1].revents != 0 ? std::unexpected(Fault::Interrupted) : std::expected<void, Fault>();
        if (ready == 0 && left == 0)
            return std::unexpected(Fault::TooSlow);
    }
}

std::expected<void, WorkerProcess::Fault> WorkerProcess::send(QByteArrayView bytes, WaitLimit limit)
{
    while (!bytes.isEmpty()) {
        TRY_VOID(waitFor(POLLOUT, limit));
        const ssize_t count = ::send(m_descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return std::unexpected(Fault::Ended);
        bytes = bytes.sliced(std::max<ssize_t>(count, 0));
    }
    return {};
}

std::expected<QByteArray, WorkerProcess::Fault> WorkerProcess::receiveExactly(qsizetype size, WaitLimit limit)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (qsizetype done = 0; done < size;) {
        TRY_VOID(waitFor(POLLIN, limit));
        const ssize_t count = recv(m_descriptor, bytes.data() + done, size_t(size - done), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            return std::unexpected(Fault::Ended);
        done += std::max<ssize_t>(count, 0);
    }
    return bytes;
}

std::expected<QByteArray, WorkerProcess::Fault> WorkerProcess::receive(WaitLimit limit)
{
    TRY(const QByteArray head, receiveExactly(frameHeadSize, limit));
    if (frameSize(head) > largestReplyFrame)
        return std::unexpected(Fault::Broken);
    return receiveExactly(frameSize(head), limit);
}

bool WorkerProcess::isIdle() const
{
    pollfd polled{m_descriptor, POLLIN, 0};
    return poll(&polled, 1, 0) == 0;
}

}
