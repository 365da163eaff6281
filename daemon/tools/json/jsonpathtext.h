// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>

namespace moe::tools {

/// A path as callers write it, as a JSONPath: what begins with "$" as it is, "a.b[0]" as "$['a']['b'][0]", "*" for any
/// member. InvalidRequest for what is longer than 1,000 characters, or has a regular expression in it (=~, tokenize):
/// those of the library that evaluates it take for ever on some texts.
[[nodiscard]] Result<QString> jsonPathOf(const QString &text);

/// Whether a JSONPath compares or computes.
[[nodiscard]] bool isComputing(const QString &path);

}
