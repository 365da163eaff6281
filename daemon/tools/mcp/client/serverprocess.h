// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/completion.h"
#include "shared/async/directnotifier.h"
#include "shared/async/task.h"

#include <QByteArrayList>

#include <chrono>
#include <memory>
#include <optional>

#include <sys/types.h>

namespace moe::tools::mcp {

/// What a program writes as errors, as much of it as anybody reads: 200 characters of a line, 20 lines a minute.
class ErrorLines
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// The lines that end in `bytes`, but for those that are too many.
    [[nodiscard]] QByteArrayList take(QByteArrayView bytes, Time now);

private:
    [[nodiscard]] bool mayHaveAnother(Time now);

    QByteArray m_line;
    Time m_minute{};
    int m_lines = 0; // since then
};

/// A program that has been started as a tool server, in a session of its own. Its errors are logged. One thread.
class ServerProcess
{
public:
    /// `descriptor` becomes its standard input and output. Nothing if it cannot be started.
    [[nodiscard]] static std::unique_ptr<ServerProcess> start(const QString &server, const QByteArrayList &command,
                                                              const QByteArrayList &environment, int descriptor);
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;
    /// Kills it with all that it has started, if it is still there.
    ~ServerProcess();

    /// Ends when it has ended, with all that it has started: by itself, or because it is asked to after the grace time,
    /// or killed a second later.
    [[nodiscard]] QCoro::Task<> end(std::chrono::milliseconds grace);

private:
    ServerProcess(QString server, pid_t pid, int pidDescriptor, int errors);
    [[nodiscard]] QCoro::Task<bool> endsWithin(std::chrono::milliseconds limit);
    void noteEnd();
    void readErrors();

    const QString m_server;
    const pid_t m_pid;
    const int m_pidDescriptor;
    const int m_errors;
    DirectNotifier m_end;
    DirectNotifier m_readErrors;
    ErrorLines m_lines;
    std::optional<Completion<bool>> m_wake; // of who waits for its end
    bool m_hasEnded = false;
    bool m_isReaped = false;
};

}
