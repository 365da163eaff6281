// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/permission.h"

#include <QList>

#include <variant>

namespace moe::accounts {

/// Who is granted permissions or given limits.
using Grantee = std::variant<UserId, GroupId>;

/// Where it is kept who may use what. Every back end passes tests/contract. NotFound if there is no such user or group;
/// Unavailable while the back end cannot be used; what failed has changed nothing.
class GrantStore
{
public:
    GrantStore() = default;
    GrantStore(const GrantStore &) = delete;
    GrantStore &operator=(const GrantStore &) = delete;
    virtual ~GrantStore() = default;

    /// All or none; false if nothing was new.
    [[nodiscard]] virtual Task<bool> grant(Grantee grantee, QList<Permission> permissions, Clock::System now,
                                           RequestContext context)
        = 0;
    /// All or none; false if there was nothing to revoke.
    [[nodiscard]] virtual Task<bool> revoke(Grantee grantee, QList<Permission> permissions, Clock::System now,
                                            RequestContext context)
        = 0;
    /// Its own ones in order of type name and resource.
    [[nodiscard]] virtual Task<QList<Permission>> permissions(Grantee grantee, RequestContext context) = 0;
    /// The user's own and those of the groups, each once, in the same order.
    [[nodiscard]] virtual Task<QList<Permission>> effectivePermissions(UserId user, RequestContext context) = 0;
};

}
