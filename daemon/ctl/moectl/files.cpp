// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/files.h"

#include "daemon/ctl/fileowner.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr qint64 pieceSize = 1024 * 1024;

std::unexpected<Error> failed(const QFileDevice &file, ErrorCode code = ErrorCode::Unavailable)
{
    return failure(Error::of(code, u"%1: %2."_s.arg(file.fileName(), file.errorString())));
}

Result<void> copyAll(QFile &source, QFile &target)
{
    while (!source.atEnd()) {
        const QByteArray piece = source.read(pieceSize);
        if (piece.isEmpty())
            return failed(source);
        if (target.write(piece) != piece.size())
            return failed(target);
    }
    if (!target.flush() || fsync(target.handle()) != 0)
        return failed(target);
    return {};
}

}

Result<void> writePrivateFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    const bool isOpen = file.open(QIODevice::WriteOnly) && file.setPermissions(ownerOnly);
    if (!isOpen || file.write(content) != content.size() || !file.commit())
        return failed(file);
    return {};
}

Result<void> copyPrivately(const QString &from, const QString &to, FileOwner owner)
{
    QFile source(from);
    if (!source.open(QIODevice::ReadOnly))
        return failed(source);
    QFile target(to);
    if (!target.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        return failed(target, ErrorCode::Conflict);
    Result<void> copied = copyAll(source, target);
    if (copied && owner == FileOwner::OwnerOfFolder)
        copied = ctl::giveToOwnerOf(QFileInfo(to).absolutePath(), target.handle());
    if (!copied)
        target.remove();
    return copied;
}

Result<void> syncFolder(const QString &path)
{
    const int folder = open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool isSynced = folder >= 0 && fsync(folder) == 0;
    const QString why = qt_error_string(errno);
    if (folder >= 0)
        close(folder);
    if (!isSynced)
        return failure(Error::of(ErrorCode::Unavailable, u"%1: %2."_s.arg(path, why)));
    return {};
}

}
