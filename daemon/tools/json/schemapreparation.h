// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <jsoncons/json.hpp>

/// For the .cpp files of this folder only: the library's headers are large.
namespace moe::tools {

/// A schema as the library understands it: its version by the name that the library knows, and what is referred to by
/// a place in the schema ("#/components/x") among the definitions. With `hasHugeNumbers` integers are told by their
/// value, since those of the document are doubles. InvalidRequest "regex_not_supported", "unresolved_reference",
/// "invalid_schema".
[[nodiscard]] Result<jsoncons::ojson> preparedSchema(jsoncons::ojson schema, bool hasHugeNumbers);

}
