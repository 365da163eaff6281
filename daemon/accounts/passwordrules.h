// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArrayView>

namespace moe::accounts {

inline constexpr qsizetype shortestPassword = 8;    // characters
inline constexpr qsizetype longestPassword = 1024;  // bytes

/// Whether this may become somebody's password: well-formed UTF-8 of at least 8 characters and at most 1,024 bytes,
/// without control characters, not the user's name in whatever case. InvalidRequest with a message for people, which
/// never quotes the password and names this field; no copy of it is made.
[[nodiscard]] Result<void> checkPassword(QByteArrayView password, const QString &userName,
                                         const QString &param = QStringLiteral("password"));

}
