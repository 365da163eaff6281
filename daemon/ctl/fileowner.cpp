// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/fileowner.h"

#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::ctl {

Result<void> giveToOwnerOf(const QString &folder, int descriptor)
{
    if (geteuid() != 0)
        return {};
    struct stat owner = {};
    struct stat file = {};
    if (stat(QFile::encodeName(folder).constData(), &owner) != 0 || fstat(descriptor, &file) != 0)
        return failure(Error::of(ErrorCode::Unavailable, u"%1: %2."_s.arg(folder, qt_error_string(errno))));
    const bool isOwners = file.st_uid == owner.st_uid && file.st_gid == owner.st_gid;
    // The folder's owner may have put another name of somebody else's file there.
    if (isOwners || !S_ISREG(file.st_mode) || file.st_nlink != 1)
        return {};
    if (fchown(descriptor, owner.st_uid, owner.st_gid) != 0)
        return failure(Error::of(
            ErrorCode::Unavailable,
            u"A file in %1 cannot be given to the folder's owner: %2."_s.arg(folder, qt_error_string(errno))));
    return {};
}

}
