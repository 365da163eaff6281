// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountservice.h"
#include "daemon/ctl/commandtable.h"

namespace moe::ctl {

/// Adds user.add, user.list, key.create, key.list and key.revoke.
void registerAccountCommands(CommandTable &table, accounts::AccountService &service);

}
