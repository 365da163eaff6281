// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/groupstore.h"
#include "daemon/storage/sql.h"

namespace moe::storage {

/// As GroupStore::importUsers().
[[nodiscard]] Result<QList<User>> importUsers(QSqlDatabase &db, const std::vector<accounts::ImportedUser> &users);

}
