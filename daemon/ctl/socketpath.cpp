// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/socketpath.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace moe::ctl {

namespace {

constexpr qsizetype longestAddress = sizeof(sockaddr_un::sun_path) - 1;

bool fits(const QString &path) { return QFile::encodeName(path).size() <= longestAddress; }

/// A real folder, ours, that nobody else may enter: else somebody could put another socket in our place.
bool isPrivateFolder(const QString &path)
{
    struct stat status = {};
    return lstat(QFile::encodeName(path).constData(), &status) == 0 && S_ISDIR(status.st_mode)
        && status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

}

Result<QString> controlSocketPath(const QString &dataDirectory, const QString &temporaryRoot)
{
    const QString direct = QDir(dataDirectory).absoluteFilePath(QStringLiteral("control.socket"));
    if (fits(direct))
        return direct;

    const QByteArray identity = QFile::encodeName(QFileInfo(dataDirectory).canonicalFilePath());
    const QByteArray digest = QCryptographicHash::hash(identity, QCryptographicHash::Sha256).first(8).toHex();
    const QString name = QStringLiteral("/moe-%1.socket").arg(QLatin1StringView(digest));

    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && fits(runtime + name) && isPrivateFolder(runtime))
        return runtime + name;
    const QString own = temporaryRoot + QStringLiteral("/moe-%1").arg(geteuid());
    mkdir(QFile::encodeName(own).constData(), 0700); // may exist; what counts is what is there then
    if (!isPrivateFolder(own) || !fits(own + name))
        return failure(
            Error::of(ErrorCode::Conflict,
                      QStringLiteral("The data directory's path is too long for a local socket, and %1 is not a "
                                     "folder of ours alone. Remove it, or set XDG_RUNTIME_DIR.")
                          .arg(own)));
    return own + name;
}

}
