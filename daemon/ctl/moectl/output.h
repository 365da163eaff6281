// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/commands.h"

#include <QJsonObject>
#include <QString>

namespace moe::moectl {

/// The answer for people: a table of its items, or a line for each of its fields.
[[nodiscard]] QString textOf(const Command &command, const QJsonObject &answer);

}
