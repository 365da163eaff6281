// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/workerengines.h"

#include "daemon/tools/worker/frame.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::tools::test {

namespace {

Result<QByteArray> echo(const QByteArray &payload) { return payload; }

Result<QByteArray> processId(const QByteArray &) { return QByteArray::number(getpid()); }

Result<QByteArray> refuse(const QByteArray &payload)
{
    return failure(Error::invalid(QString::fromUtf8(payload), {}, u"of_the_engine"_s));
}

Result<QByteArray> hang(const QByteArray &)
{
    for (std::atomic<int> rounds = 0;; ++rounds) { }
}

Result<QByteArray> throwing(const QByteArray &) { throw std::runtime_error("on purpose"); }

Result<QByteArray> endItself(const QByteArray &) { _exit(3); }

/// Writes the payload as it is, then ends.
Result<QByteArray> writeAndEnd(const QByteArray &payload)
{
    (void)!write(workerDescriptor, payload.constData(), size_t(payload.size()));
    _exit(0);
}

Result<QByteArray> large(const QByteArray &) { return QByteArray(largestReplyFrame, 'x'); }

Result<QByteArray> allocate(const QByteArray &)
{
    std::vector<std::unique_ptr<char[]>> blocks;
    for (;;)
        blocks.push_back(std::make_unique_for_overwrite<char[]>(16 * 1024 * 1024));
}

QByteArray errorOf(qint64 status) { return status >= 0 ? "allowed" : errno == EPERM ? "EPERM" : "another error"; }

/// What the kernel says to things that have no place in a calculation.
Result<QByteArray> escape(const QByteArray &how)
{
    char program[] = "/bin/true";
    char *arguments[] = {program, nullptr};
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    struct stat status;
    if (how == "open")
        return errorOf(open("/etc/passwd", O_RDONLY));
    if (how == "create")
        return errorOf(open("/tmp/moe_tool_worker", O_WRONLY | O_CREAT, 0600));
    if (how == "stat")
        return errorOf(stat("/etc/passwd", &status));
    if (how == "socket")
        return errorOf(socket(AF_INET, SOCK_STREAM, 0));
    if (how == "fork")
        return errorOf(fork());
    if (how == "exec")
        return errorOf(execv(program, arguments));
    if (how == "kill")
        return errorOf(kill(getppid(), 0));
    if (how == "code")
        return errorOf(mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                               == MAP_FAILED
                           ? -1
                           : 0);
    if (how == "limits")
        return errorOf(setrlimit(RLIMIT_AS, &unlimited));
    return QByteArray("unknown");
}

/// The descriptors it has: what write() of nothing says to each number.
Result<QByteArray> descriptors(const QByteArray &)
{
    QByteArray open;
    for (int i = 0; i < 1024; ++i) {
        if (write(i, "", 0) == 0)
            open += QByteArray::number(i) + ' ';
    }
    return open;
}

Result<QByteArray> environment(const QByteArray &) { return QByteArray(environ[0] ? environ[0] : ""); }

}

std::span<const Engine> faultyEngines()
{
    static constexpr Engine all[] = {
        {"echo", &echo},
        {"processId", &processId},
        {"refuse", &refuse},
        {"hang", &hang},
        {"throw", &throwing},
        {"end", &endItself},
        {"write", &writeAndEnd},
        {"large", &large},
        {"allocate", &allocate},
        {"escape", &escape},
        {"descriptors", &descriptors},
        {"environment", &environment},
    };
    return all;
}

}
