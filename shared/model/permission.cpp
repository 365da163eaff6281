// SPDX-License-Identifier: Apache-2.0
#include "shared/model/permission.h"

#include <algorithm>

namespace moe {

QLatin1StringView permissionTypeName(PermissionType type)
{
    const auto it = std::ranges::find(permissionTypeNames, type, &std::pair<PermissionType, QLatin1StringView>::first);
    Q_ASSERT(it != permissionTypeNames.end());
    return it->second;
}

std::optional<PermissionType> permissionTypeNamed(QStringView name)
{
    for (const auto &[type, text] : permissionTypeNames) {
        if (name == text)
            return type;
    }
    return {};
}

}
