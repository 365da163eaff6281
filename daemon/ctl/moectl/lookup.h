// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/controlclient.h"
#include "shared/model/group.h"
#include "shared/model/user.h"

namespace moe::moectl {

/// The user or group with this name, without regard to case. NotFound.
[[nodiscard]] Task<User> userNamed(client::ControlClient client, QString name);
[[nodiscard]] Task<Group> groupNamed(client::ControlClient client, QString name);

/// An id as a path's parameter.
template <typename Id>
[[nodiscard]] QStringList pathTo(const Id &id)
{
    return {QString::number(id.value())};
}

}
