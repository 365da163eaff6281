// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>

namespace moe::ctl {

/// Has an open file belong to whom its folder belongs to if we are root: what root makes in the data directory is for
/// a daemon that runs as somebody else. Only a plain file with a single name is given away.
[[nodiscard]] Result<void> giveToOwnerOf(const QString &folder, int descriptor);

}
