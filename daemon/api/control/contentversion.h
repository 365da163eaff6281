// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/policyservice.h"
#include "shared/model/apikey.h"
#include "shared/model/group.h"

/// Versions of things that no number is kept for: drawn from what they hold, so that the same content is the same
/// version. Always positive.
namespace moe::api::control {

[[nodiscard]] qint64 contentVersion(const Group &group);
[[nodiscard]] qint64 contentVersion(const accounts::Limits &limits);
/// Without the time of the last use.
[[nodiscard]] qint64 contentVersion(ApiKey key);

/// A change goes ahead only if its thing still has this version. Conflict "version_mismatch".
[[nodiscard]] Error versionMismatch();

template <typename T>
[[nodiscard]] accounts::Precondition<T> stillOfVersion(std::optional<qint64> version)
{
    if (!version)
        return {};
    return [version](const T &present) -> Result<void> {
        if (contentVersion(present) != *version)
            return failure(versionMismatch());
        return {};
    };
}

}
