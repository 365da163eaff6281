// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/serverprocess.h"

#include "daemon/telemetry/log.h"
#include "daemon/tools/worker/childprocess.h"
#include "shared/async/mailbox.h"

#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestLine = 200;
constexpr int mostLines = 20;
constexpr auto timeToObey = 1s;

QByteArrayList completed(const QByteArrayList &environment)
{
    QByteArrayList all = environment;
    for (const QByteArrayView usual : {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"}) {
        const QByteArrayView name = usual.first(usual.indexOf('=') + 1);
        if (std::ranges::none_of(environment, [name](const QByteArray &set) { return set.startsWith(name); }))
            all.append(usual.toByteArray());
    }
    return all;
}

}

QByteArrayList ErrorLines::take(QByteArrayView bytes, Time now)
{
    QByteArrayList lines;
    for (const char c : bytes) {
        const bool isPrintable = (c >= ' ' || c < 0) && c != 0x7f; // or a part of a character
        if (c != '\n' && m_line.size() < longestLine)
            m_line += isPrintable ? c : ' ';
        if (c != '\n')
            continue;
        if (!m_line.trimmed().isEmpty() && mayHaveAnother(now))
            lines.append(m_line.trimmed());
        m_line.resize(0);
    }
    return lines;
}

bool ErrorLines::mayHaveAnother(Time now)
{
    if (m_lines == 0 || now - m_minute >= 1min) {
        m_minute = now;
        m_lines = 0;
    }
    return m_lines < mostLines && ++m_lines > 0;
}

std::unique_ptr<ServerProcess> ServerProcess::start(const QString &server, const QByteArrayList &command,
                                                    const QByteArrayList &environment, int descriptor)
{
    int errors[2];
    if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0)
        return nullptr;
    fcntl(errors[1], F_SETFL, 0); // the program's own end is as programs expect it
    const pid_t pid
        = spawnChild({command.first(), command.sliced(1), completed(environment)}, {descriptor, descriptor, errors[1]});
    ::close(errors[1]);
    const int pidDescriptor = pid == 0 ? -1 : int(syscall(SYS_pidfd_open, pid, 0));
    if (pidDescriptor >= 0)
        return std::unique_ptr<ServerProcess>(new ServerProcess(server, pid, pidDescriptor, errors[0]));
    ::close(errors[0]);
    if (pid != 0)
        endChild(pid);
    return nullptr;
}

ServerProcess::ServerProcess(QString server, pid_t pid, int pidDescriptor, int errors)
    : m_server(std::move(server))
    , m_pid(pid)
    , m_pidDescriptor(pidDescriptor)
    , m_errors(errors)
    , m_end(pidDescriptor, QSocketNotifier::Read, [this] { noteEnd(); })
    , m_readErrors(errors, QSocketNotifier::Read, [this] { readErrors(); })
{
    m_end.setEnabled(true);
    m_readErrors.setEnabled(true);
}

ServerProcess::~ServerProcess()
{
    m_end.setEnabled(false);
    m_readErrors.setEnabled(false);
    ::close(m_pidDescriptor);
    ::close(m_errors);
    if (!m_isReaped)
        QThreadPool::globalInstance()->start([pid = m_pid] { endChild(pid); }); // it may take its time
}

QCoro::Task<> ServerProcess::end(std::chrono::milliseconds grace)
{
    if (!co_await endsWithin(grace)) {
        kill(-m_pid, SIGTERM);
        if (!co_await endsWithin(timeToObey)) {
            kill(-m_pid, SIGKILL);
            (void)co_await endsWithin(timeToObey);
        }
    }
    if (m_hasEnded && !std::exchange(m_isReaped, true))
        endChild(m_pid); // at once: what is left of it waits for nothing else
}

QCoro::Task<bool> ServerProcess::endsWithin(std::chrono::milliseconds limit)
{
    if (m_hasEnded)
        co_return true;
    const Completion<bool> done;
    m_wake = done;
    QTimer timer;
    timer.setSingleShot(true);
    timer.callOnTimeout(&timer, [done] { done.complete(false); });
    timer.start(std::max(limit, 0ms));
    const bool hasEnded = co_await done;
    m_wake.reset();
    co_return hasEnded;
}

void ServerProcess::noteEnd()
{
    m_end.setEnabled(false);
    m_hasEnded = true;
    if (m_wake) // from the loop: whoever waits may let go of this
        Mailbox::current()->post([wake = *m_wake] { wake.complete(true); });
}

void ServerProcess::readErrors()
{
    std::array<char, 4096> bytes;
    const ssize_t count = read(m_errors, bytes.data(), bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0)
        return m_readErrors.setEnabled(false);
    for (const QByteArray &line : m_lines.take(QByteArrayView(bytes.data(), count), std::chrono::steady_clock::now()))
        MOE_LOG(App, Debug, "", "A tool server writes", {"server", m_server}, {"line", QString::fromUtf8(line)});
}

}
