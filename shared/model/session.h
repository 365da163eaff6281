// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"

#include <QString>

namespace moe {

/// A sign-in that lasts: twelve hours from its last use, unless it is revoked.
struct Session {
    SessionId id;
    UserId user;
    QString address;        ///< where the sign-in came from
    QString userAgent;      ///< as the client called itself, at most 200 characters
    Clock::System created;
    Clock::System lastUsed; ///< some seconds late

    friend bool operator==(const Session &, const Session &) = default;
};

}
