// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"

#include <QLatin1StringView>

namespace moe {

/// The HTTP status that an error is answered with.
[[nodiscard]] int httpStatus(ErrorCode code);

/// "Not Found" for 404 and so on, for the statuses that httpStatus() knows; "Error" for any other.
[[nodiscard]] QLatin1StringView httpReason(int status);

}
