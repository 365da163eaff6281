// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/setuptokenfile.h"

#include <QFile>
#include <QFileInfo>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace moe::accounts {

namespace {

/// An open file, closed at the end.
class Descriptor
{
public:
    Descriptor(const QByteArray &path, int flags) : m_number(::open(path.constData(), flags | O_CLOEXEC, 0600)) { }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (isOpen())
            ::close(m_number);
    }

    [[nodiscard]] bool isOpen() const { return m_number >= 0; }
    [[nodiscard]] int number() const { return m_number; }

private:
    const int m_number;
};

bool isOursAlone(const Descriptor &file)
{
    struct stat status{};
    return fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid()
        && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

bool writeNew(const QByteArray &path, const QByteArray &content)
{
    const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    return file.isOpen() && ::write(file.number(), content.constData(), size_t(content.size())) == content.size()
        && fsync(file.number()) == 0;
}

qint64 secondsOf(Clock::System time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}

std::optional<SetupTokenText> readSetupTokenFile(const QString &path)
{
    const Descriptor file(QFile::encodeName(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file.isOpen() || !isOursAlone(file))
        return {};
    std::array<char, 256> buffer{};
    const ssize_t size = ::read(file.number(), buffer.data(), buffer.size());
    const QList<QByteArray> lines = QByteArray(buffer.data(), std::max<ssize_t>(size, 0)).split('\n');
    if (lines.size() != 3 || !lines[2].isEmpty() || !lines[1].startsWith("expires "))
        return {};
    bool isNumber = false;
    const qint64 expires = lines[1].sliced(8).toLongLong(&isNumber);
    // Beyond the year 2200 a time in nanoseconds overflows.
    if (!isNumber || expires < 0 || expires > Q_INT64_C(7'258'118'400))
        return {};
    return SetupTokenText{lines[0], Clock::System(std::chrono::seconds(expires))};
}

Result<void> writeSetupTokenFile(const QString &path, const SetupTokenText &token)
{
    const QByteArray name = QFile::encodeName(path);
    const QByteArray fresh = name + ".new";
    ::unlink(fresh.constData()); // of a daemon that died here
    const QByteArray content = token.text + "\nexpires " + QByteArray::number(secondsOf(token.expires)) + '\n';
    const bool isWritten = writeNew(fresh, content) && ::rename(fresh.constData(), name.constData()) == 0;
    if (!isWritten) {
        const QString why = qt_error_string(errno);
        ::unlink(fresh.constData());
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("The set-up token could not be written to %1: %2").arg(path, why)));
    }
    const Descriptor folder(QFile::encodeName(QFileInfo(path).absolutePath()), O_RDONLY | O_DIRECTORY);
    if (folder.isOpen())
        fsync(folder.number());
    return {};
}

bool removeSetupTokenFile(const QString &path)
{
    return ::unlink(QFile::encodeName(path).constData()) == 0 || errno == ENOENT;
}

}
