// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/console.h"

#include "shared/core/error.h"

#include <QFile>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qsizetype longestLine = 16 * 1024;
constexpr char interruptKey = '\x03';

/// A terminal that does not show what is typed, for as long as this lives.
class HiddenTyping
{
public:
    explicit HiddenTyping(int terminal) : m_terminal(terminal)
    {
        m_isChanged = tcgetattr(terminal, &m_before) == 0;
        termios hidden = m_before;
        // Nor do signals: who ends the program here would be left with a terminal that shows nothing.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG);
        m_isChanged = m_isChanged && tcsetattr(terminal, TCSAFLUSH, &hidden) == 0;
    }
    HiddenTyping(const HiddenTyping &) = delete;
    HiddenTyping &operator=(const HiddenTyping &) = delete;
    ~HiddenTyping()
    {
        if (m_isChanged)
            tcsetattr(m_terminal, TCSAFLUSH, &m_before);
    }
    [[nodiscard]] bool isHidden() const { return m_isChanged; }

private:
    const int m_terminal;
    termios m_before{};
    bool m_isChanged = false;
};

Result<QString> lineOf(QFile &file)
{
    QByteArray line = file.readLine(longestLine);
    if (line.endsWith('\n'))
        line.chop(1);
    else if (line.size() >= longestLine - 1)
        return failure(Error::of(ErrorCode::TooLarge, u"The line that was given is too long."_s));
    if (line.isEmpty())
        return failure(Error::invalid(u"Nothing was given."_s));
    if (line.contains(interruptKey))
        return failure(Error::cancelled());
    return QString::fromUtf8(line);
}

}

bool ProcessConsole::isColoured() const
{
    return isatty(STDOUT_FILENO) == 1 && qEnvironmentVariableIsEmpty("NO_COLOR");
}

Result<QString> ProcessConsole::askSecret(const QString &prompt)
{
    QFile terminal(u"/dev/tty"_s);
    if (!terminal.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return failure(Error::of(ErrorCode::Conflict,
                                 u"There is no terminal to ask on. Give the password with --password-stdin."_s));
    const HiddenTyping hidden(terminal.handle());
    if (!hidden.isHidden())
        return failure(Error::of(ErrorCode::Conflict, u"The terminal cannot hide what is typed."_s));
    terminal.write(prompt.toUtf8());
    Result<QString> line = lineOf(terminal);
    terminal.write("\n");
    return line;
}

Result<QString> ProcessConsole::readLine()
{
    QFile input;
    // Unbuffered: the next line is for whoever asks next.
    if (!input.open(STDIN_FILENO, QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failure(Error::of(ErrorCode::Unavailable, u"Standard input cannot be read."_s));
    return lineOf(input);
}

void ProcessConsole::tell(const QString &line)
{
    QFile errors;
    if (errors.open(STDERR_FILENO, QIODevice::WriteOnly | QIODevice::Unbuffered))
        errors.write(line.toUtf8() + '\n');
}

Result<QString> readPassword(Console &console, bool isFromInput)
{
    return isFromInput ? console.readLine() : console.askSecret(u"Password: "_s);
}

Result<QString> readNewPassword(Console &console, bool isFromInput)
{
    if (isFromInput)
        return console.readLine();
    TRY(const QString first, console.askSecret(u"New password: "_s));
    TRY(const QString second, console.askSecret(u"Once more: "_s));
    if (first != second)
        return failure(Error::invalid(u"The two passwords are not the same."_s, u"password"_s));
    return first;
}

}
