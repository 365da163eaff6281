// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/datalock.h"

#include "daemon/ctl/fileowner.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::ctl {

Result<std::unique_ptr<DataLock>> DataLock::take(const QString &directory)
{
    const auto unusable = [&directory](const QString &why) {
        return failure(
            Error::of(ErrorCode::Unavailable, u"The data directory %1 cannot be used: %2"_s.arg(directory, why)));
    };
    if (!QDir().exists(directory)) {
        if (!QDir().mkpath(directory))
            return unusable(u"it cannot be made"_s);
        if (chmod(QFile::encodeName(directory).constData(), S_IRWXU) != 0)
            return unusable(qt_error_string(errno));
    }
    const QByteArray path = QFile::encodeName(directory + "/moed.lock"_L1);
    const int descriptor = open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return unusable(qt_error_string(errno));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        close(descriptor);
        return failure(
            Error::of(ErrorCode::Conflict, u"Another daemon is using the data directory %1."_s.arg(directory)));
    }
    std::unique_ptr<DataLock> lock(new DataLock(descriptor));
    TRY_VOID(giveToOwnerOf(directory, descriptor));
    return lock;
}

DataLock::~DataLock() { close(m_descriptor); }

}
