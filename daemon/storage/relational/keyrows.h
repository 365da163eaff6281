// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "daemon/storage/relational/rows.h"

namespace moe::storage {

/// All active keys.
[[nodiscard]] Result<std::vector<accounts::DirectoryKey>> selectDirectory(QSqlDatabase &db);

}
