// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: fractions.
namespace moe::tools {

// clang-format off
ToolCases matrixCases()
{
    return {
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[1, 2], [3, 4]]})",
         R"({"determinant": "-2"})",
         R"(The determinant is -2)"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[5]]})",
         R"({"determinant": "5"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[0]]})",
         R"({"determinant": "0"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[0, 1], [1, 0]]})",
         R"({"determinant": "-1"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[2, 0, 1], [1, 3, 2], [1, 1, 4]]})",
         R"({"determinant": "18"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [["0.5", "0.25"], ["1e-3", 4]]})",
         R"({"determinant": "7999/4000"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]})",
         R"({"determinant": "0"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[0, 0, 1], [0, 1, 0], [1, 0, 0]]})",
         R"({"determinant": "-1"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[10000000000000000000, 10000000000000000001, )"
         R"(10000000000000000008, 10000000000000000027], [10000000000000000000, )"
         R"(10000000000000000002, 10000000000000000010, 10000000000000000030], )"
         R"([10000000000000000000, 10000000000000000003, 10000000000000000012, )"
         R"(10000000000000000033], [10000000000000000000, 10000000000000000004, )"
         R"(10000000000000000014, 10000000000000000036]]})",
         R"({"determinant": "0"})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[60, -34, 90, -8, 77, 90, 67, 36], [-92, 20, )"
         R"(99, -36, 67, -86, -59, -71], [-4, 21, -36, -2, 40, -73, 47, -36], [-96, 88, -44, 5, )"
         R"(-28, -53, 97, 0], [-59, 96, -81, -64, 59, 59, 14, -67], [-66, -99, -98, -46, 99, )"
         R"(-44, -57, -57], [-25, -19, -49, 39, 74, 61, -47, -53], [77, -49, -1, -23, -94, -7, )"
         R"(7, -57]]})",
         R"({"determinant": "108560800307332148"})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[1, 2], [3, 4]]})",
         R"({"matrix": [["-2", "1"], ["3/2", "-1/2"]]})",
         R"(The inverse is [[-2, 1], [3/2, -1/2]])"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [["-2", "1"], ["3/2", "-1/2"]]})",
         R"({"matrix": [["1", "2"], ["3", "4"]]})"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [["1/3", 0], [0, "0.5"]], "vector": "1/3, 1/6"})",
         R"({"solution": ["1", "1/3"]})"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[2]], "vector": ["1/3"]})",
         R"({"solution": ["1/6"]})"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [["1/0"]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [["1/2/3"]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[2]]})",
         R"({"matrix": [["1/2"]]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[0, 1], [1, 0]]})",
         R"({"matrix": [["0", "1"], ["1", "0"]]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [["0.5", "0.25"], ["1e-3", 4]]})",
         R"({"matrix": [["16000/7999", "-1000/7999"], ["-4/7999", "2000/7999"]]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[2, 0, 1], [1, 3, 2], [1, 1, 4]]})",
         R"({"matrix": [["5/9", "1/18", "-1/6"], ["-1/9", "7/18", "-1/6"], ["-1/9", "-1/9", )"
         R"("1/3"]]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[0, 0, 2], [0, 3, 0], [5, 0, 0]]})",
         R"({"matrix": [["0", "0", "1/5"], ["0", "1/3", "0"], ["1/2", "0", "0"]]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[-5, -1, -7, 1, 0], [9, -9, 1, -7, 0], [2, 0, 6, )"
         R"(1, -4], [6, 6, -4, -8, -1], [-9, 2, 3, -9, 8]]})",
         R"({"matrix": [["-8567/76234", "959/76234", "-3768/38117", "608/38117", "-1808/38117"], )"
         R"(["-2310/38117", "-2629/38117", "-804/38117", "2072/38117", "-143/38117"], )"
         R"(["-4937/76234", "-355/76234", "2309/38117", "-1020/38117", "1027/38117"], )"
         R"(["-2890/38117", "-1474/38117", "-3481/38117", "-2028/38117", "-1994/38117"], )"
         R"(["-6567/38117", "-395/38117", "-8820/38117", "-1733/38117", "138/38117"]]})"},
        {"matrix_calc", R"({"operation": "product", "matrix": [[1, 2], [3, 4]], "other": [[5, 6], [7, 8]]})",
         R"({"matrix": [["19", "22"], ["43", "50"]]})",
         R"(The product is [[19, 22], [43, 50]])"},
        {"matrix_calc", R"({"operation": "product", "matrix": [[1, 2, 3]], "other": [["0.5"], [1], ["-1.5"]]})",
         R"({"matrix": [["-2"]]})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[1, 2], [2, 4]]})",
         R"({"rank": 1})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[1, 2], [3, 4]]})",
         R"({"rank": 2})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[0, 0], [0, 0]]})",
         R"({"rank": 0})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]})",
         R"({"rank": 2})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[0, 0, 1]]})",
         R"({"rank": 1})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[1], [2], [3]]})",
         R"({"rank": 1})"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[0, 1, 2], [0, 2, 4], [0, 0, 5]]})",
         R"({"rank": 2})"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[2, 1], [1, 3]], "vector": [3, 5]})",
         R"({"solutions": "one", "solution": ["4/5", "7/5"]})",
         R"(x = [4/5, 7/5])"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[1, 1], [2, 2]], "vector": [1, 3]})",
         R"({"solutions": "none"})",
         R"(There is no solution)"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[1, 1], [2, 2]], "vector": "1,2"})",
         R"({"solutions": "infinitely_many", "rank": 1})",
         R"(There are infinitely many solutions)"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[1, 0], [0, 1], [1, 1]], "vector": [1, 2, 3]})",
         R"({"solutions": "one", "solution": ["1", "2"]})"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[0, 2, 1], [1, 0, 0], [1, 1, 1]], )"
         R"("vector": ["0.5", 1, "1.5"]})",
         R"({"solutions": "one", "solution": ["1", "0", "1/2"]})"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[1, 2], [2, 4]]})",
         "!singular"},
        {"matrix_calc", R"({"operation": "inverse", "matrix": [[0]]})",
         "!singular"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[1, 2, 3], [4, 5, 6]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": []})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[1, 2], [3]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [1, 2]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "determinant", "matrix": [[[1]]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "product", "matrix": [[1]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "product", "matrix": [[1]], "other": [[1], [2]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[1]], "vector": [1, 2]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "solve", "matrix": [[1]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "transpose", "matrix": [[1]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, )"
         R"(0, 0, 0, 0]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [["a"]]})",
         "!invalid_arguments"},
        {"matrix_calc", R"({"operation":"determinant","matrix":[[1e99999]]})",
         "!too_large"},
        {"matrix_calc", R"({"operation": "rank", "matrix": [[100000000000000000000]]})",
         "!too_large"},
    };
}
// clang-format on

}
