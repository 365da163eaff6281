// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/control/message.h"

#include "shared/core/text.h"

namespace moe::control {

QByteArray entityTag(qint64 version) { return '"' + QByteArray::number(version) + '"'; }

Result<std::optional<qint64>> versionOfTag(QByteArrayView ifMatch)
{
    QByteArrayView tag = trimmedBlank(ifMatch);
    if (tag.isEmpty() || tag == "*")
        return std::optional<qint64>();
    if (tag.startsWith("W/"))
        tag = tag.sliced(2);
    bool isNumber = false;
    qint64 version = 0;
    if (tag.size() > 2 && tag.startsWith('"') && tag.endsWith('"'))
        version = tag.sliced(1, tag.size() - 2).toLongLong(&isNumber);
    if (!isNumber || version < 0)
        return failure(Error::invalid(QStringLiteral("If-Match does not hold an ETag of ours."),
                                      QStringLiteral("If-Match"), QStringLiteral("malformed_header")));
    return std::optional(version);
}

}
