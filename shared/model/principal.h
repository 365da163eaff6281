// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/ids.h"

#include <QByteArray>
#include <QString>

namespace moe {

/// Who a request acts for: filled by authentication, read by everything that decides or records.
struct Principal {
    UserId user;
    KeyId key;
    QByteArray keyPrefix; ///< first 16 characters of the key: all of it that may be logged

    [[nodiscard]] bool isAnonymous() const { return user == UserId(); }
};

}
