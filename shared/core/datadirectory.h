// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace moe {

/// Where the daemon keeps its data, and where its tools look for it, when no folder is named: `MOE_DATA_DIR`, else
/// /var/lib/moe if it can be written, else "sovereign-moe" among the user's data folders. Not created here.
[[nodiscard]] QString defaultDataDirectory();

}
