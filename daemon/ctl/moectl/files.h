// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QString>

namespace moe::moectl {

/// Creates or replaces a file that only we can read, from its first moment on, all at once.
[[nodiscard]] Result<void> writePrivateFile(const QString &path, const QByteArray &content);

/// Whose a new file is.
enum class FileOwner {
    Us,
    OwnerOfFolder, ///< if we are root; else ours
};

/// Copies to a new file that only its owner can read, from its first moment on; it is on the disk afterwards. Conflict
/// if there is one. What could be copied only in part is removed.
[[nodiscard]] Result<void> copyPrivately(const QString &from, const QString &to, FileOwner owner = FileOwner::Us);

/// Has the disk know the names of a folder's files.
[[nodiscard]] Result<void> syncFolder(const QString &path);

}
