// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/standardinput.h"

#include "shared/async/mailbox.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace moe::moectl {

StandardInput::StandardInput() : m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { read(); });
}

void StandardInput::read()
{
    std::array<char, 64 * 1024> buffer;
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count <= 0)
        return end();
    const auto fed = m_splitter.feed(QByteArrayView(buffer.data(), qsizetype(count)),
                                     [this](QByteArrayView line) { m_lines.push(line.toByteArray()); });
    if (!fed) {
        m_notifier.setEnabled(false);
        afterwards([this, error = fed.error()] { m_lines.fail(error); });
    }
}

/// Whoever reads may let go of this at the end of the lines, which must not happen inside of the notifier.
void StandardInput::afterwards(std::function<void()> last) { Mailbox::current()->post(std::move(last)); }

void StandardInput::end()
{
    m_notifier.setEnabled(false);
    if (const auto rest = m_splitter.finish())
        m_lines.push(rest->toByteArray());
    afterwards([this] { m_lines.finish(); });
}

}
