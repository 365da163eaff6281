// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/userstore.h"
#include "daemon/storage/relational/rows.h"

namespace moe::storage {

inline constexpr QStringView userColumns = u"id, name, is_active, created_at, display_name, email, role, "
                                           "must_change_password, language, updated_at, version";
[[nodiscard]] User userOf(const QSqlQuery &row);

/// The user for whom the condition, with one question mark, holds; NotFound.
[[nodiscard]] Result<User> oneUser(QSqlDatabase &db, QStringView condition, const QVariant &value);

/// Conflict if the name is taken.
[[nodiscard]] Result<User> insertUser(QSqlDatabase &db, const accounts::NewUser &user);

}
