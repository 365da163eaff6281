// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/budget.h"

#include <QString>

namespace moe::moectl {

/// A budget for people, each line with a bar: green below 70 %, orange to 90 %, red above, where colours are wanted.
[[nodiscard]] QString budgetTable(const BudgetState &state, bool isColoured);

}
