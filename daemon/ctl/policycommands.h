// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/policyservice.h"
#include "daemon/ctl/commandtable.h"

namespace moe::ctl {

/// permission.grant, permission.revoke, permission.list, budget.set, budget.show, user.block, user.unblock. The service
/// outlives the table.
void registerPolicyCommands(CommandTable &table, accounts::PolicyService &service);

}
