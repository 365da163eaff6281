// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>

namespace moe::test {

/// A program that a test starts, talks to and ends. Waiting runs the event loop. The program never outlives the test:
/// it is killed when this object goes, and by the kernel when the test itself dies.
class ProcessUnderTest
{
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds defaultPatience{10'000};

    ProcessUnderTest(const QString &program, const QStringList &arguments);
    ProcessUnderTest(const ProcessUnderTest &) = delete;
    ProcessUnderTest &operator=(const ProcessUnderTest &) = delete;
    ~ProcessUnderTest();

    /// Before start().
    void setVariable(const QString &name, const QString &value);
    /// Before start(): the program starts with no other variables than those set.
    void clearEnvironment() { m_environment.clear(); }

    [[nodiscard]] bool start();
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

    /// Waits for a file that the program writes when it is ready; false at once if the program ends first.
    [[nodiscard]] bool waitForFile(const QString &path, Milliseconds patience = defaultPatience);
    /// Waits until `text` was written to either output.
    [[nodiscard]] bool waitForOutput(const QByteArray &text, Milliseconds patience = defaultPatience);
    [[nodiscard]] bool waitForExit(Milliseconds patience = defaultPatience);

    /// Sends SIGTERM, SIGKILL or any other signal.
    void terminate();
    void kill();
    void sendSignal(int number);
    /// SIGTERM, then waits; true if it ended by itself with status 0.
    [[nodiscard]] bool stop(Milliseconds patience = defaultPatience);

    void writeInput(const QByteArray &bytes) { m_process.write(bytes); }
    void closeInput() { m_process.closeWriteChannel(); }

    /// All of standard output and standard error so far.
    [[nodiscard]] const QByteArray &output();
    [[nodiscard]] const QByteArray &errors();
    /// After it ended: the exit status, or minus the number of the signal that killed it.
    [[nodiscard]] int exitStatus() const;

private:
    bool waitFor(const std::function<bool()> &condition, Milliseconds patience);
    void collect();

    QProcess m_process;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QByteArray m_output;
    QByteArray m_errors;
};

}
