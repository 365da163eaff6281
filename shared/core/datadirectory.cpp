// SPDX-License-Identifier: Apache-2.0
#include "shared/core/datadirectory.h"

#include <QFileInfo>
#include <QStandardPaths>

namespace moe {

QString defaultDataDirectory()
{
    if (const QString named = qEnvironmentVariable("MOE_DATA_DIR"); !named.isEmpty())
        return named;
    const QFileInfo system(QStringLiteral("/var/lib/moe"));
    if (system.isDir() && system.isWritable())
        return system.filePath();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/sovereign-moe");
}

}
