// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

namespace moe::tools {

/// Rows of whole numbers, all of the same length.
using IntegerMatrix = std::vector<std::vector<Integer>>;

/// What eliminate() found.
struct Elimination {
    size_t rank = 0;
    bool isNegated = false; ///< whether rows were exchanged an odd number of times
    Integer pivot = 1;      ///< of all rows alike; of a square matrix of full rank its determinant, up to the sign
};

/// Gauss-Jordan elimination without fractions (Bareiss): below and above each pivot all is 0 afterwards. Pivots are
/// looked for in the first `columns` columns, those behind are carried along. All numbers stay as short as determinants
/// of parts of the matrix.
[[nodiscard]] Elimination eliminate(IntegerMatrix &matrix, size_t columns);

}
