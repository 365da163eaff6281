// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/channel.h"
#include "shared/wire/linesplitter.h"

#include <QSocketNotifier>

#include <functional>

namespace moe::moectl {

/// The lines of standard input as they come, without waiting for them.
class StandardInput
{
public:
    StandardInput();
    StandardInput(const StandardInput &) = delete;
    StandardInput &operator=(const StandardInput &) = delete;

    /// Awaitable: the next line, or nothing at the end; BadGateway for one that is too long.
    [[nodiscard]] auto next() { return m_lines.next(); }

private:
    void read();
    void end();
    static void afterwards(std::function<void()> last);

    LineSplitter m_splitter;
    Channel<QByteArray> m_lines;
    QSocketNotifier m_notifier;
};

}
