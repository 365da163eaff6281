// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/workerprocess.h"

#include "daemon/tools/worker/childprocess.h"
#include "daemon/tools/worker/frame.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace moe::tools {

namespace {

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
    const pid_t pid = spawnChild({command.program, command.arguments, {}}, {-1, -1, -1, ends[1]});
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
    endChild(m_pid);
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
