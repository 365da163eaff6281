// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/integermatrix.h"

namespace moe::tools {

namespace {

/// row = (row * pivot - pivotRow * row[column]) / divisor, which leaves no remainder.
void reduceRow(std::vector<Integer> &row, const std::vector<Integer> &pivotRow, size_t column, const Integer &divisor)
{
    const Integer factor = row[column];
    for (size_t at = 0; at < row.size(); ++at) {
        row[at] *= pivotRow[column];
        row[at] -= factor * pivotRow[at];
        mpz_divexact(row[at].get_mpz_t(), row[at].get_mpz_t(), divisor.get_mpz_t());
    }
}

}

Elimination eliminate(IntegerMatrix &matrix, size_t columns)
{
    Elimination result;
    for (size_t column = 0; column < columns && result.rank < matrix.size(); ++column) {
        const auto top = matrix.begin() + std::ptrdiff_t(result.rank);
        const auto found = std::find_if(top, matrix.end(), [&](const auto &row) { return sgn(row[column]) != 0; });
        if (found == matrix.end())
            continue;
        if (found != top) {
            std::swap(*found, *top);
            result.isNegated = !result.isNegated;
        }
        for (auto row = matrix.begin(); row != matrix.end(); ++row) {
            if (row != top)
                reduceRow(*row, *top, column, result.pivot);
        }
        result.pivot = (*top)[column];
        ++result.rank;
    }
    return result;
}

}
