// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"

#include <QString>

namespace moe {

/// An account holder.
struct User {
    UserId id;
    QString name;             ///< unique without regard to ASCII case; never changes
    bool isActive = true;     ///< false: blocked, none of the keys is accepted
    Clock::System created;

    friend bool operator==(const User &, const User &) = default;
};

}
