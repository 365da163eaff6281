// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/stdiolink.h"

#include "daemon/tools/mcp/client/serverprocess.h"
#include "shared/async/completion.h"
#include "shared/async/directnotifier.h"
#include "shared/async/wait.h"
#include "shared/wire/linesplitter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype mostUnsent = 4 * 1024 * 1024;
constexpr std::size_t readBytes = 64 * 1024;

/// In JSON line ends stand between values only: those of texts are escaped.
QByteArray oneLine(QByteArray message) { return message.replace('\n', ' ').replace('\r', ' ') + '\n'; }

class StdioLink final : public Link
{
public:
    StdioLink(std::unique_ptr<ServerProcess> process, int descriptor)
        : m_process(std::move(process))
        , m_descriptor(descriptor)
        , m_read(descriptor, QSocketNotifier::Read, [this] { takeIn(); })
        , m_write(descriptor, QSocketNotifier::Write, [this] { flush(); })
    {
        m_read.setEnabled(true);
    }
    ~StdioLink() override
    {
        m_read.setEnabled(false);
        m_write.setEnabled(false);
        ::close(m_descriptor);
    }

    Task<void> send(QByteArray message, RequestContext) override
    {
        if (m_isLost || m_unsent.size() + message.size() > mostUnsent)
            co_return failure(linkError(u"The tool server does not read what is sent to it."_s));
        m_unsent += oneLine(std::move(message));
        flush();
        co_return {};
    }

    bool answersWhileSending() const override { return false; }
    void agreeOn(Revision) override { }

    Task<void> listen(RequestContext context) override
    {
        const StopWatcher watcher(context.stop, [lost = m_lost] { lost.complete(failure(Error::cancelled())); });
        co_return co_await m_lost;
    }

    QCoro::Task<> close(RequestContext context) override
    {
        flush();
        shutdown(m_descriptor, SHUT_WR); // the end of its input: it may go by itself
        const auto left = context.deadline - std::chrono::steady_clock::now();
        co_await m_process->end(std::chrono::ceil<std::chrono::milliseconds>(left));
    }

private:
    void takeIn()
    {
        std::array<char, readBytes> bytes;
        const ssize_t count = recv(m_descriptor, bytes.data(), bytes.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count <= 0)
            return lose(u"The tool server has ended."_s);
        const auto fed = m_lines.feed(QByteArrayView(bytes.data(), count),
                                      [this](QByteArrayView line) { receive(line.toByteArray()); });
        if (!fed)
            lose(u"The tool server writes lines that are too long."_s);
    }

    void flush()
    {
        if (m_isLost)
            return;
        const ssize_t count = ::send(m_descriptor, m_unsent.constData(), size_t(m_unsent.size()), MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return lose(u"The tool server has ended."_s);
        m_unsent.remove(0, std::max<ssize_t>(count, 0));
        m_write.setEnabled(!m_unsent.isEmpty());
    }

    /// Told from the loop: whoever hears of it lets go of this.
    void lose(const QString &why)
    {
        if (std::exchange(m_isLost, true))
            return;
        m_read.setEnabled(false);
        m_write.setEnabled(false);
        Mailbox::current()->post([lost = m_lost, why] { lost.complete(failure(linkError(why))); });
    }

    const std::unique_ptr<ServerProcess> m_process;
    const int m_descriptor;
    DirectNotifier m_read;
    DirectNotifier m_write;
    LineSplitter m_lines{largestMessage};
    QByteArray m_unsent;
    bool m_isLost = false;
    const Completion<Result<void>> m_lost; // of listen()
};

}

Result<std::shared_ptr<Link>> startStdioLink(const RemoteConfig &config)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return failure(linkError(u"The tool server cannot be started."_s));
    auto process = ServerProcess::start(config.name, config.command, config.environment, ends[1]);
    ::close(ends[1]);
    if (!process) {
        ::close(ends[0]);
        return failure(linkError(u"The tool server cannot be started."_s));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return std::make_shared<StdioLink>(std::move(process), ends[0]);
}

}
