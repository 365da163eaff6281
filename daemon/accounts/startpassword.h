// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/user.h"

#include <QByteArray>

namespace moe::accounts {

/// A user who was given a password by somebody else: the only time it is known.
struct IssuedPassword {
    User user;
    QByteArray startPassword; ///< secret, to be changed at the first sign-in; empty if the caller chose it
};

/// Four times four letters and digits of the system's random generator, such as "k7pq-x3mh-9tdc-w4ra": 79 bits, easy
/// to read from paper, without characters that look like others.
[[nodiscard]] QByteArray newStartPassword();

}
