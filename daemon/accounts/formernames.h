// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditstore.h"
#include "daemon/accounts/userstore.h"

namespace moe::accounts {

/// What a user has been called before, as far as the audit log knows it; without what somebody else is called now. The
/// stores outlive it.
[[nodiscard]] Task<QStringList> formerNames(AuditStore *audit, UserStore *users, User user, RequestContext context);

}
