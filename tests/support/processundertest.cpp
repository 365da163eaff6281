// SPDX-License-Identifier: Apache-2.0
#include "tests/support/processundertest.h"

#include <QFileInfo>
#include <QTest>

#include <csignal>
#include <sys/prctl.h>

namespace moe::test {

ProcessUnderTest::ProcessUnderTest(const QString &program, const QStringList &arguments)
{
    m_process.setProgram(program);
    m_process.setArguments(arguments);
    m_process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

ProcessUnderTest::~ProcessUnderTest()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

void ProcessUnderTest::setVariable(const QString &name, const QString &value) { m_environment.insert(name, value); }

bool ProcessUnderTest::start()
{
    m_output.clear();
    m_errors.clear();
    m_process.setProcessEnvironment(m_environment);
    m_process.start();
    return m_process.waitForStarted();
}

bool ProcessUnderTest::waitFor(const std::function<bool()> &condition, Milliseconds patience)
{
    const auto isOver = [this, &condition] { return condition() || m_process.state() == QProcess::NotRunning; };
    return QTest::qWaitFor(isOver, QDeadlineTimer(patience)) && condition();
}

bool ProcessUnderTest::waitForFile(const QString &path, Milliseconds patience)
{
    return waitFor([&path] { return QFileInfo::exists(path); }, patience);
}

bool ProcessUnderTest::waitForOutput(const QByteArray &text, Milliseconds patience)
{
    return waitFor([this, &text] { return output().contains(text) || errors().contains(text); }, patience);
}

bool ProcessUnderTest::waitForExit(Milliseconds patience)
{
    return waitFor([this] { return m_process.state() == QProcess::NotRunning; }, patience);
}

void ProcessUnderTest::terminate() { sendSignal(SIGTERM); }

void ProcessUnderTest::kill() { sendSignal(SIGKILL); }

void ProcessUnderTest::sendSignal(int number)
{
    if (isRunning()) // an ended program's number may belong to another one
        ::kill(pid_t(pid()), number);
}

bool ProcessUnderTest::stop(Milliseconds patience)
{
    terminate();
    return waitForExit(patience) && exitStatus() == 0;
}

void ProcessUnderTest::collect()
{
    m_output += m_process.readAllStandardOutput();
    m_errors += m_process.readAllStandardError();
}

const QByteArray &ProcessUnderTest::output()
{
    collect();
    return m_output;
}

const QByteArray &ProcessUnderTest::errors()
{
    collect();
    return m_errors;
}

int ProcessUnderTest::exitStatus() const
{
    return m_process.exitStatus() == QProcess::CrashExit ? -m_process.exitCode() : m_process.exitCode();
}

}
