// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>

#include <jsoncons/json.hpp>

/// For the .cpp files of this folder only: the library's headers are large.
namespace moe::tools {

/// What becomes of numbers that a double cannot hold.
enum class Numbers {
    Computable, ///< the nearest double
    AsWritten,
};

/// At most 200 levels deep. InvalidRequest "invalid_json" naming the argument and the place.
[[nodiscard]] Result<jsoncons::ojson> parseJson(const QString &text, const QString &argument, Numbers numbers);

}
