// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/logsink.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace moe::telemetry {

namespace {

constexpr int pollMilliseconds = 50;

/// systemd names the socket it connected stderr to as "device:inode".
bool isJournalStream(int descriptor)
{
    struct stat status{};
    if (fstat(descriptor, &status) != 0)
        return false;
    return qgetenv("JOURNAL_STREAM")
        == QByteArray::number(quint64(status.st_dev)) + ':' + QByteArray::number(quint64(status.st_ino));
}

/// Waits until writing would not block. False on a broken descriptor, or when it is time to give up.
bool waitUntilWritable(int descriptor, const std::stop_token &giveUp)
{
    for (;;) {
        pollfd waiting{descriptor, POLLOUT, 0};
        const bool isLastTry = giveUp.stop_requested();
        const int ready = poll(&waiting, 1, isLastTry ? 0 : pollMilliseconds);
        if (ready > 0)
            return (waiting.revents & POLLOUT) != 0;
        if ((ready < 0 && errno != EINTR) || isLastTry)
            return false;
    }
}

}

LogFormat resolveLogFormat(LogFormat wanted, int descriptor)
{
    if (wanted != LogFormat::Auto)
        return wanted;
    if (isJournalStream(descriptor))
        return LogFormat::Journal;
    return isatty(descriptor) ? LogFormat::Text : LogFormat::Json;
}

LogSink::LogSink(LogFormat format, int descriptor, QByteArray journalPath)
    : m_format(format)
    , m_descriptor(descriptor)
    , m_journalPath(std::move(journalPath))
{
    if (m_format == LogFormat::Journal)
        m_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

LogSink::~LogSink()
{
    if (m_socket >= 0)
        close(m_socket);
}

quint64 LogSink::write(const std::vector<QByteArray> &lines, const std::stop_token &giveUp)
{
    quint64 lost = 0;
    if (m_format == LogFormat::Journal) {
        for (const QByteArray &line : lines)
            lost += sendDatagram(line, giveUp) ? 0 : 1;
        return lost;
    }
    // Whole lines up to what a pipe takes at once: other writers cannot get in between, and write() cannot block.
    for (std::size_t at = 0; at < lines.size();) {
        QByteArray chunk = lines[at];
        std::size_t end = at + 1;
        while (end < lines.size() && chunk.size() + lines[end].size() <= PIPE_BUF)
            chunk += lines[end++];
        if (!writeStream(chunk, giveUp))
            lost += end - at;
        at = end;
    }
    return lost;
}

bool LogSink::writeStream(QByteArrayView bytes, const std::stop_token &giveUp) const
{
    while (!bytes.isEmpty()) {
        if (!waitUntilWritable(m_descriptor, giveUp))
            return false;
        const ssize_t count = ::write(m_descriptor, bytes.data(), size_t(std::min<qsizetype>(bytes.size(), PIPE_BUF)));
        if (count > 0)
            bytes = bytes.sliced(count);
        else if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return true;
}

bool LogSink::sendDatagram(QByteArrayView bytes, const std::stop_token &giveUp) const
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (m_journalPath.size() >= qsizetype(sizeof address.sun_path))
        return false;
    std::memcpy(address.sun_path, m_journalPath.constData(), size_t(m_journalPath.size()));
    for (;;) {
        // Unconnected on purpose: the journal may be restarted under us.
        const ssize_t count = sendto(m_socket, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL,
                                     reinterpret_cast<const sockaddr *>(&address), sizeof address);
        if (count >= 0)
            return true;
        if (errno != EAGAIN && errno != EINTR)
            return false;
        if (giveUp.stop_requested())
            return false;
        // The receiver's queue is full; an unconnected socket cannot be polled for that.
        poll(nullptr, 0, 1);
    }
}

}
