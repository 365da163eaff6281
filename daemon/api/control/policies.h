// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/auditing.h"
#include "shared/wire/control/policies.h"

/// Operations on what users and groups may do and use: the same for both.
namespace moe::api::control {

[[nodiscard]] Task<Answer<moe::control::ListOf<Permission>>>
changePermissions(const ControlServices *services, accounts::Grantee grantee, QString object,
                  Call<Nothing, moe::control::PermissionChange> call, RequestContext context);
[[nodiscard]] Task<Answer<moe::control::Limits>> readLimits(const ControlServices *services, accounts::Grantee holder,
                                                            RequestContext context);
[[nodiscard]] Task<Answer<moe::control::Limits>> changeLimits(const ControlServices *services, accounts::Grantee holder,
                                                              QString object,
                                                              Call<Nothing, moe::control::LimitsPatch> call,
                                                              RequestContext context);
[[nodiscard]] moe::control::ListOf<Permission> listOfPermissions(const QList<Permission> &permissions);

}
