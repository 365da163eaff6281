// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace moe::tools {

/// A call of a tool and what it gives.
struct ToolCase {
    const char *tool;
    const char *arguments;
    const char *expected;       ///< an object: what these members are; or the code of the error after a "!"
    const char *text = nullptr; ///< the rendering, where it is looked at
};
using ToolCases = std::vector<ToolCase>;

[[nodiscard]] ToolCases calendarCases();
[[nodiscard]] ToolCases checksumCases();
[[nodiscard]] ToolCases financeCases();
[[nodiscard]] ToolCases integerCases();
[[nodiscard]] ToolCases matrixCases();
[[nodiscard]] ToolCases networkCases();
[[nodiscard]] ToolCases statisticsCases();
[[nodiscard]] ToolCases textCases();
[[nodiscard]] ToolCases textcodecCases();

}
