// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

/// What is done with JSON documents in worker processes: paths and schemas can take any time. Pure functions from the
/// arguments of a call to its structured result, both JSON text; InvalidRequest with the code callers are told.
namespace moe::tools {

/// {"json_str", "path"} → {"matches": [{"path", "value"}], "count"}, numbers as they are written. "invalid_json",
/// "invalid_path", "regex_not_supported"; TooLarge.
[[nodiscard]] Result<QByteArray> evaluateJsonPath(const QByteArray &job);

/// {"data", "schema"}, both JSON texts → {"valid", "errors": [{"path", "message"}], "error_count"}. "invalid_json",
/// "invalid_schema"; "regex_not_supported" for a schema with "pattern", "patternProperties" or the format "regex";
/// "remote_reference" for one that refers to another document.
[[nodiscard]] Result<QByteArray> validateJson(const QByteArray &job);

}
