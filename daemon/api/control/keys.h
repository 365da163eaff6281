// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/auditing.h"
#include "daemon/api/control/listparams.h"
#include "shared/wire/control/accounts.h"

/// Operations on keys, as administrators (no owner) and owners have them.
namespace moe::api::control {

[[nodiscard]] Task<Answer<ListOf<ApiKey>>> listKeys(const ControlServices *services, std::optional<UserId> owner,
                                                    Call<moe::control::KeyQuery, Nothing> call, RequestContext context);
[[nodiscard]] Task<Answer<moe::control::CreatedKey>> createKey(const ControlServices *services, UserId user,
                                                               accounts::KeyRequest request, Caller caller,
                                                               RequestContext context);
/// Only if the key still has that version, if one is given. `patch` is what the audit log shows.
[[nodiscard]] Task<Answer<ApiKey>> changeKey(const ControlServices *services, KeyId id, accounts::KeyChange change,
                                             std::optional<qint64> version, std::optional<UserId> owner,
                                             QByteArray patch, Caller caller, RequestContext context);
[[nodiscard]] Task<Answer<ApiKey>> revokeKey(const ControlServices *services, accounts::KeyReference reference,
                                             std::optional<UserId> owner, Caller caller, RequestContext context);

}
