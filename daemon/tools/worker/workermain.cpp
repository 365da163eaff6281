// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/workermain.h"

#include "daemon/tools/worker/frame.h"
#include "daemon/tools/worker/sandbox.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int jobSeconds = 5; // of CPU; the daemon is stricter

/// Nothing at the end.
std::optional<QByteArray> readExactly(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (qsizetype done = 0; done < size;) {
        const ssize_t count = read(workerDescriptor, bytes.data() + done, size_t(size - done));
        if (count == 0 || (count < 0 && errno != EINTR))
            return {};
        done += std::max<ssize_t>(count, 0);
    }
    return bytes;
}

bool writeAll(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t count = write(workerDescriptor, bytes.data(), size_t(bytes.size()));
        if (count < 0 && errno != EINTR)
            return false;
        bytes = bytes.sliced(std::max<ssize_t>(count, 0));
    }
    return true;
}

std::optional<WorkerJob> nextJob()
{
    const auto head = readExactly(frameHeadSize);
    if (!head || frameSize(*head) > largestJobFrame)
        return {};
    const auto frame = readExactly(frameSize(*head));
    return frame ? decodeJob(*frame) : std::nullopt;
}

Result<QByteArray> done(std::span<const Engine> engines, const WorkerJob &job)
{
    const auto engine = std::ranges::find(engines, QByteArrayView(job.engine), &Engine::name);
    if (engine == engines.end())
        return failure(Error::internal(u"There is no such engine."_s));
    try {
        return engine->run(job.payload);
    } catch (const std::bad_alloc &) {
        return failure(Error::invalid(u"This takes more memory than a calculation may have."_s, {}, u"too_hard"_s));
    } catch (...) { // an engine has no business throwing, but its library may
        return failure(Error::invalid(u"This cannot be calculated."_s, {}, u"too_hard"_s));
    }
}

QByteArray replyFrame(std::span<const Engine> engines, const WorkerJob &job)
{
    const QByteArray reply = encodeReply(done(engines, job));
    if (reply.size() <= largestReplyFrame)
        return framed(reply);
    return framed(encodeReply(
        failure(Error::of(ErrorCode::TooLarge, u"The result is larger than allowed."_s, u"result_too_large"_s))));
}

bool isSocket(int descriptor)
{
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

}

bool isWorkerCall(int argc, char **argv) { return argc == 2 && QLatin1StringView(argv[1]) == workerArgument; }

int workerMain(std::span<const Engine> engines)
{
    if (!isSocket(workerDescriptor))
        return 2;
    if (!limitResources(workerDescriptor))
        return 1;
    for (const Engine &engine : engines) {
        if (engine.prepare)
            engine.prepare();
    }
    if (!denySystemCalls() || !writeAll(framed({})))
        return 1;
    while (const auto job = nextJob()) {
        limitCpuTime(jobSeconds);
        if (!writeAll(replyFrame(engines, *job)))
            break;
    }
    _exit(0); // libraries' destructors have nothing left to do here
}

}
