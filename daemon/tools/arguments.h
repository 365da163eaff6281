// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/values.h"

/// What several families of tools ask of their arguments, and how they word what they found.
namespace moe::tools {

/// The number, if it is from `lowest` to `highest`; else the error says what is possible.
[[nodiscard]] Result<qint64> boundedInteger(const ExactInteger &number, qint64 lowest, qint64 highest,
                                            const QString &argument);

/// "1 day", "29 days", "-1 month"; the plural has an s.
[[nodiscard]] QString counted(qint64 count, QLatin1StringView singular);

}
