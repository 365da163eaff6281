// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>

namespace moe::ctl {

/// Where the daemon of this data directory listens: "control.socket" inside it, or, where that is longer than the 107
/// bytes that a local address holds, a file named after it in the user's runtime directory, or else in a folder below
/// `temporaryRoot` that only we can enter.
[[nodiscard]] Result<QString> controlSocketPath(const QString &dataDirectory,
                                                const QString &temporaryRoot = QStringLiteral("/tmp"));

}
