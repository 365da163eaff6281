// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/apikey.h"
#include "shared/model/user.h"

#include <QJsonObject>
#include <QList>

/// The JSON face of users and keys on the local socket. Times are ISO 8601 in UTC, or null.
namespace moe::ctl {

[[nodiscard]] QJsonObject toJson(const User &user);
[[nodiscard]] QJsonObject toJson(const ApiKey &key);
/// With the text of the key as "key".
[[nodiscard]] QJsonObject toJson(const IssuedKey &issued);

/// {"items": […]} and, if the page was full, the id after which the next one begins as "next".
template <typename T>
[[nodiscard]] QJsonObject pageJson(const QList<T> &items, int pageSize);

}
