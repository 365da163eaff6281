// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

namespace moe::tools {

/// The tools that need nothing but their arguments.
[[nodiscard]] const ToolList &plainTools();
/// One of them; it exists.
[[nodiscard]] const Tool &plainTool(const QString &name);
/// What a call of one gives.
[[nodiscard]] Result<ToolResult> called(const QString &name, const QByteArray &arguments);

}
