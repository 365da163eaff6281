// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/apikey.h"
#include "shared/model/budget.h"
#include "shared/model/permission.h"
#include "shared/model/user.h"

#include <QJsonObject>
#include <QList>

/// The JSON face of users and keys on the local socket. Times are ISO 8601 in UTC, or null.
namespace moe::ctl {

[[nodiscard]] QJsonObject toJson(const User &user);
[[nodiscard]] QJsonObject toJson(const ApiKey &key);
/// With the text of the key as "key".
[[nodiscard]] QJsonObject toJson(const IssuedKey &issued);
[[nodiscard]] QJsonObject toJson(const Permission &permission);
/// {"daily"|"monthly"|"total": {"limit", "used", "reserved", "resets_at"}}; a limit that is not set is null.
[[nodiscard]] QJsonObject toJson(const BudgetState &state);

/// {"items": […]} and, if the page was full, the id after which the next one begins as "next".
template <typename T>
[[nodiscard]] QJsonObject pageJson(const QList<T> &items, int pageSize);

}
