// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/retention.h"
#include "daemon/settings/settings.h"

namespace moe::settings {

/// How long records are kept, for accounts::Retention.
[[nodiscard]] accounts::RetentionTimes retentionTimes(const Settings &settings);

}
