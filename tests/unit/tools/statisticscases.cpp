// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: statistics with fractions, decimal for roots.
namespace moe::tools {

// clang-format off
ToolCases statisticsCases()
{
    return {
        {"statistics_calc", R"({"data": [1, 2, 3, 4], "operations": []})",
         R"({"results": [{"operation": "count", "value": "4"}, {"operation": "sum", "value": "10"}, )"
         R"({"operation": "min", "value": "1"}, {"operation": "max", "value": "4"}, )"
         R"({"operation": "mean", "value": "2.5"}, {"operation": "median", "value": "2.5"}]})"},
        {"statistics_calc", R"({"data": [1, 2, 3, 4], "operations": "max, min,"})",
         R"({"results": [{"operation": "max"}, {"operation": "min"}]})"},
        {"statistics_calc", R"({"data": [1, 2, 3, 4], "operations": ["mean", "median", "stdev"]})",
         R"({"results": [{"operation": "mean", "value": "2.5", "rounded": false}, )"
         R"({"operation": "median", "value": "2.5", "rounded": false}, {"operation": "stdev", )"
         R"("value": "1.29099444873581", "rounded": true}]})",
         R"(Of 4 numbers: mean = 2.5, median = 2.5, stdev ≈ 1.29099444873581)"},
        {"statistics_calc", R"({"data": [2, 4, 4, 4, 5, 5, 7, 9], "operations": ["count", "sum", "min", "max", )"
         R"("range", "mean", "median", "mode", "variance", "stdev", "pvariance", "pstdev", )"
         R"("quartiles", "percentiles"]})",
         R"({"results": [{"operation": "count", "value": "8", "rounded": false}, )"
         R"({"operation": "sum", "value": "40", "rounded": false}, {"operation": "min", )"
         R"("value": "2", "rounded": false}, {"operation": "max", "value": "9", )"
         R"("rounded": false}, {"operation": "range", "value": "7", "rounded": false}, )"
         R"({"operation": "mean", "value": "5", "rounded": false}, {"operation": "median", )"
         R"("value": "4.5", "rounded": false}, {"operation": "mode", "value": "4", )"
         R"("rounded": false}, {"operation": "variance", "value": "4.57142857142857", )"
         R"("rounded": true}, {"operation": "stdev", "value": "2.13808993529940", )"
         R"("rounded": true}, {"operation": "pvariance", "value": "4", "rounded": false}, )"
         R"({"operation": "pstdev", "value": "2", "rounded": false}, {"operation": "q1", )"
         R"("value": "4", "rounded": false}, {"operation": "q2", "value": "4.5", )"
         R"("rounded": false}, {"operation": "q3", "value": "5.5", "rounded": false}, )"
         R"({"operation": "p5", "value": "2.7", "rounded": false}, {"operation": "p10", )"
         R"("value": "3.4", "rounded": false}, {"operation": "p25", "value": "4", )"
         R"("rounded": false}, {"operation": "p50", "value": "4.5", "rounded": false}, )"
         R"({"operation": "p75", "value": "5.5", "rounded": false}, {"operation": "p90", )"
         R"("value": "7.6", "rounded": false}, {"operation": "p95", "value": "8.3", )"
         R"("rounded": false}, {"operation": "p99", "value": "8.86", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [1, 1, 2], "operations": ["count", "sum", "min", "max", "range", "mean", )"
         R"("median", "mode", "variance", "stdev", "pvariance", "pstdev", "quartiles", )"
         R"("percentiles"]})",
         R"({"results": [{"operation": "count", "value": "3", "rounded": false}, )"
         R"({"operation": "sum", "value": "4", "rounded": false}, {"operation": "min", )"
         R"("value": "1", "rounded": false}, {"operation": "max", "value": "2", )"
         R"("rounded": false}, {"operation": "range", "value": "1", "rounded": false}, )"
         R"({"operation": "mean", "value": "1.33333333333333", "rounded": true}, )"
         R"({"operation": "median", "value": "1", "rounded": false}, {"operation": "mode", )"
         R"("value": "1", "rounded": false}, {"operation": "variance", )"
         R"("value": "0.333333333333333", "rounded": true}, {"operation": "stdev", )"
         R"("value": "0.577350269189626", "rounded": true}, {"operation": "pvariance", )"
         R"("value": "0.222222222222222", "rounded": true}, {"operation": "pstdev", )"
         R"("value": "0.471404520791032", "rounded": true}, {"operation": "q1", "value": "1", )"
         R"("rounded": false}, {"operation": "q2", "value": "1", "rounded": false}, )"
         R"({"operation": "q3", "value": "1.5", "rounded": false}, {"operation": "p5", )"
         R"("value": "1", "rounded": false}, {"operation": "p10", "value": "1", )"
         R"("rounded": false}, {"operation": "p25", "value": "1", "rounded": false}, )"
         R"({"operation": "p50", "value": "1", "rounded": false}, {"operation": "p75", )"
         R"("value": "1.5", "rounded": false}, {"operation": "p90", "value": "1.8", )"
         R"("rounded": false}, {"operation": "p95", "value": "1.9", "rounded": false}, )"
         R"({"operation": "p99", "value": "1.98", "rounded": false}]})"},
        {"statistics_calc", R"({"data": ["0.1", "0.2", "0.3"], "operations": ["count", "sum", "min", "max", )"
         R"("range", "mean", "median", "mode", "variance", "stdev", "pvariance", "pstdev", )"
         R"("quartiles", "percentiles"]})",
         R"({"results": [{"operation": "count", "value": "3", "rounded": false}, )"
         R"({"operation": "sum", "value": "0.6", "rounded": false}, {"operation": "min", )"
         R"("value": "0.1", "rounded": false}, {"operation": "max", "value": "0.3", )"
         R"("rounded": false}, {"operation": "range", "value": "0.2", "rounded": false}, )"
         R"({"operation": "mean", "value": "0.2", "rounded": false}, {"operation": "median", )"
         R"("value": "0.2", "rounded": false}, {"operation": "mode", "value": "none", )"
         R"("rounded": false}, {"operation": "variance", "value": "0.01", )"
         R"("rounded": false}, {"operation": "stdev", "value": "0.1", "rounded": false}, )"
         R"({"operation": "pvariance", "value": "0.00666666666666667", "rounded": true}, )"
         R"({"operation": "pstdev", "value": "0.0816496580927726", "rounded": true}, )"
         R"({"operation": "q1", "value": "0.15", "rounded": false}, {"operation": "q2", )"
         R"("value": "0.2", "rounded": false}, {"operation": "q3", "value": "0.25", )"
         R"("rounded": false}, {"operation": "p5", "value": "0.11", "rounded": false}, )"
         R"({"operation": "p10", "value": "0.12", "rounded": false}, {"operation": "p25", )"
         R"("value": "0.15", "rounded": false}, {"operation": "p50", "value": "0.2", )"
         R"("rounded": false}, {"operation": "p75", "value": "0.25", "rounded": false}, )"
         R"({"operation": "p90", "value": "0.28", "rounded": false}, {"operation": "p95", )"
         R"("value": "0.29", "rounded": false}, {"operation": "p99", "value": "0.298", )"
         R"("rounded": false}]})"},
        {"statistics_calc", R"({"data": [10], "operations": ["count", "sum", "min", "max", "range", "mean", )"
         R"("median", "mode", "pvariance", "pstdev", "quartiles"]})",
         R"({"results": [{"operation": "count", "value": "1", "rounded": false}, )"
         R"({"operation": "sum", "value": "10", "rounded": false}, {"operation": "min", )"
         R"("value": "10", "rounded": false}, {"operation": "max", "value": "10", )"
         R"("rounded": false}, {"operation": "range", "value": "0", "rounded": false}, )"
         R"({"operation": "mean", "value": "10", "rounded": false}, {"operation": "median", )"
         R"("value": "10", "rounded": false}, {"operation": "mode", "value": "10", )"
         R"("rounded": false}, {"operation": "pvariance", "value": "0", "rounded": false}, )"
         R"({"operation": "pstdev", "value": "0", "rounded": false}, {"operation": "q1", )"
         R"("value": "10", "rounded": false}, {"operation": "q2", "value": "10", )"
         R"("rounded": false}, {"operation": "q3", "value": "10", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["count", "sum", "min", "max", "range", "mean", )"
         R"("median", "mode", "variance", "stdev", "pvariance", "pstdev", "quartiles", )"
         R"("percentiles"]})",
         R"({"results": [{"operation": "count", "value": "2", "rounded": false}, )"
         R"({"operation": "sum", "value": "3", "rounded": false}, {"operation": "min", )"
         R"("value": "1", "rounded": false}, {"operation": "max", "value": "2", )"
         R"("rounded": false}, {"operation": "range", "value": "1", "rounded": false}, )"
         R"({"operation": "mean", "value": "1.5", "rounded": false}, {"operation": "median", )"
         R"("value": "1.5", "rounded": false}, {"operation": "mode", "value": "none", )"
         R"("rounded": false}, {"operation": "variance", "value": "0.5", )"
         R"("rounded": false}, {"operation": "stdev", "value": "0.707106781186548", )"
         R"("rounded": true}, {"operation": "pvariance", "value": "0.25", )"
         R"("rounded": false}, {"operation": "pstdev", "value": "0.5", "rounded": false}, )"
         R"({"operation": "q1", "value": "1.25", "rounded": false}, {"operation": "q2", )"
         R"("value": "1.5", "rounded": false}, {"operation": "q3", "value": "1.75", )"
         R"("rounded": false}, {"operation": "p5", "value": "1.05", "rounded": false}, )"
         R"({"operation": "p10", "value": "1.1", "rounded": false}, {"operation": "p25", )"
         R"("value": "1.25", "rounded": false}, {"operation": "p50", "value": "1.5", )"
         R"("rounded": false}, {"operation": "p75", "value": "1.75", "rounded": false}, )"
         R"({"operation": "p90", "value": "1.9", "rounded": false}, {"operation": "p95", )"
         R"("value": "1.95", "rounded": false}, {"operation": "p99", "value": "1.99", )"
         R"("rounded": false}]})"},
        {"statistics_calc", R"({"data": [-5, 3, "-2.5", "1e3"], "operations": ["count", "sum", "min", "max", )"
         R"("range", "mean", "median", "mode", "variance", "stdev", "pvariance", "pstdev", )"
         R"("quartiles", "percentiles"]})",
         R"({"results": [{"operation": "count", "value": "4", "rounded": false}, )"
         R"({"operation": "sum", "value": "995.5", "rounded": false}, {"operation": "min", )"
         R"("value": "-5", "rounded": false}, {"operation": "max", "value": "1000", )"
         R"("rounded": false}, {"operation": "range", "value": "1005", "rounded": false}, )"
         R"({"operation": "mean", "value": "248.875", "rounded": false}, )"
         R"({"operation": "median", "value": "0.25", "rounded": false}, {"operation": "mode", )"
         R"("value": "none", "rounded": false}, {"operation": "variance", )"
         R"("value": "250761.729166667", "rounded": true}, {"operation": "stdev", )"
         R"("value": "500.761149817622", "rounded": true}, {"operation": "pvariance", )"
         R"("value": "188071.296875", "rounded": false}, {"operation": "pstdev", )"
         R"("value": "433.671876970366", "rounded": true}, {"operation": "q1", )"
         R"("value": "-3.125", "rounded": false}, {"operation": "q2", "value": "0.25", )"
         R"("rounded": false}, {"operation": "q3", "value": "252.25", "rounded": false}, )"
         R"({"operation": "p5", "value": "-4.625", "rounded": false}, {"operation": "p10", )"
         R"("value": "-4.25", "rounded": false}, {"operation": "p25", "value": "-3.125", )"
         R"("rounded": false}, {"operation": "p50", "value": "0.25", "rounded": false}, )"
         R"({"operation": "p75", "value": "252.25", "rounded": false}, {"operation": "p90", )"
         R"("value": "700.9", "rounded": false}, {"operation": "p95", "value": "850.45", )"
         R"("rounded": false}, {"operation": "p99", "value": "970.09", "rounded": false}]})"},
        {"statistics_calc", R"({"data": ["123456789.123456789", "123456789.123456788", "123456789.123456787"], )"
         R"("operations": ["count", "sum", "min", "max", "range", "mean", "median", "mode", )"
         R"("variance", "stdev", "pvariance", "pstdev", "quartiles", "percentiles"]})",
         R"({"results": [{"operation": "count", "value": "3", "rounded": false}, )"
         R"({"operation": "sum", "value": "370370367.370370364", "rounded": false}, )"
         R"({"operation": "min", "value": "123456789.123456787", "rounded": false}, )"
         R"({"operation": "max", "value": "123456789.123456789", "rounded": false}, )"
         R"({"operation": "range", "value": "0.000000002", "rounded": false}, )"
         R"({"operation": "mean", "value": "123456789.123456788", "rounded": false}, )"
         R"({"operation": "median", "value": "123456789.123456788", "rounded": false}, )"
         R"({"operation": "mode", "value": "none", "rounded": false}, )"
         R"({"operation": "variance", "value": "0.000000000000000001", "rounded": false}, )"
         R"({"operation": "stdev", "value": "0.000000001", "rounded": false}, )"
         R"({"operation": "pvariance", "value": "6.66666666666667e-19", "rounded": true}, )"
         R"({"operation": "pstdev", "value": "8.16496580927726e-10", "rounded": true}, )"
         R"({"operation": "q1", "value": "123456789.1234567875", "rounded": false}, )"
         R"({"operation": "q2", "value": "123456789.123456788", "rounded": false}, )"
         R"({"operation": "q3", "value": "123456789.1234567885", "rounded": false}, )"
         R"({"operation": "p5", "value": "123456789.1234567871", "rounded": false}, )"
         R"({"operation": "p10", "value": "123456789.1234567872", "rounded": false}, )"
         R"({"operation": "p25", "value": "123456789.1234567875", "rounded": false}, )"
         R"({"operation": "p50", "value": "123456789.123456788", "rounded": false}, )"
         R"({"operation": "p75", "value": "123456789.1234567885", "rounded": false}, )"
         R"({"operation": "p90", "value": "123456789.1234567888", "rounded": false}, )"
         R"({"operation": "p95", "value": "123456789.1234567889", "rounded": false}, )"
         R"({"operation": "p99", "value": "123456789.12345678898", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [3, 1, 2, 3, 1], "operations": ["count", "sum", "min", "max", "range", )"
         R"("mean", "median", "mode", "variance", "stdev", "pvariance", "pstdev", "quartiles", )"
         R"("percentiles"]})",
         R"({"results": [{"operation": "count", "value": "5", "rounded": false}, )"
         R"({"operation": "sum", "value": "10", "rounded": false}, {"operation": "min", )"
         R"("value": "1", "rounded": false}, {"operation": "max", "value": "3", )"
         R"("rounded": false}, {"operation": "range", "value": "2", "rounded": false}, )"
         R"({"operation": "mean", "value": "2", "rounded": false}, {"operation": "median", )"
         R"("value": "2", "rounded": false}, {"operation": "mode", "value": "1, 3", )"
         R"("rounded": false}, {"operation": "variance", "value": "1", "rounded": false}, )"
         R"({"operation": "stdev", "value": "1", "rounded": false}, )"
         R"({"operation": "pvariance", "value": "0.8", "rounded": false}, )"
         R"({"operation": "pstdev", "value": "0.894427190999916", "rounded": true}, )"
         R"({"operation": "q1", "value": "1", "rounded": false}, {"operation": "q2", )"
         R"("value": "2", "rounded": false}, {"operation": "q3", "value": "3", )"
         R"("rounded": false}, {"operation": "p5", "value": "1", "rounded": false}, )"
         R"({"operation": "p10", "value": "1", "rounded": false}, {"operation": "p25", )"
         R"("value": "1", "rounded": false}, {"operation": "p50", "value": "2", )"
         R"("rounded": false}, {"operation": "p75", "value": "3", "rounded": false}, )"
         R"({"operation": "p90", "value": "3", "rounded": false}, {"operation": "p95", )"
         R"("value": "3", "rounded": false}, {"operation": "p99", "value": "3", )"
         R"("rounded": false}]})"},
        {"statistics_calc", R"({"data": [1, 1, 2, 2, 3], "operations": ["mode"]})",
         R"({"results": [{"operation": "mode", "value": "1, 2", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [5, 5, 5], "operations": ["count", "sum", "min", "max", "range", "mean", )"
         R"("median", "mode", "variance", "stdev", "pvariance", "pstdev", "quartiles", )"
         R"("percentiles"]})",
         R"({"results": [{"operation": "count", "value": "3", "rounded": false}, )"
         R"({"operation": "sum", "value": "15", "rounded": false}, {"operation": "min", )"
         R"("value": "5", "rounded": false}, {"operation": "max", "value": "5", )"
         R"("rounded": false}, {"operation": "range", "value": "0", "rounded": false}, )"
         R"({"operation": "mean", "value": "5", "rounded": false}, {"operation": "median", )"
         R"("value": "5", "rounded": false}, {"operation": "mode", "value": "5", )"
         R"("rounded": false}, {"operation": "variance", "value": "0", "rounded": false}, )"
         R"({"operation": "stdev", "value": "0", "rounded": false}, )"
         R"({"operation": "pvariance", "value": "0", "rounded": false}, )"
         R"({"operation": "pstdev", "value": "0", "rounded": false}, {"operation": "q1", )"
         R"("value": "5", "rounded": false}, {"operation": "q2", "value": "5", )"
         R"("rounded": false}, {"operation": "q3", "value": "5", "rounded": false}, )"
         R"({"operation": "p5", "value": "5", "rounded": false}, {"operation": "p10", )"
         R"("value": "5", "rounded": false}, {"operation": "p25", "value": "5", )"
         R"("rounded": false}, {"operation": "p50", "value": "5", "rounded": false}, )"
         R"({"operation": "p75", "value": "5", "rounded": false}, {"operation": "p90", )"
         R"("value": "5", "rounded": false}, {"operation": "p95", "value": "5", )"
         R"("rounded": false}, {"operation": "p99", "value": "5", "rounded": false}]})"},
        {"statistics_calc", R"({"data": ["1e20", "1e-20"], "operations": ["sum", "mean", "range"]})",
         R"({"results": [{"operation": "sum", "value": "100000000000000000000.0000000000000000000)"
         R"(1", "rounded": false}, {"operation": "mean", )"
         R"("value": "50000000000000000000.000000000000000000005", "rounded": false}, )"
         R"({"operation": "range", "value": "99999999999999999999.99999999999999999999", )"
         R"("rounded": false}]})"},
        {"statistics_calc", R"({"data": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "operations": ["p90", "p99.9", "p0", )"
         R"("p100", "p12.5"]})",
         R"({"results": [{"operation": "p90", "value": "9.1", "rounded": false}, )"
         R"({"operation": "p99.9", "value": "9.991", "rounded": false}, {"operation": "p0", )"
         R"("value": "1", "rounded": false}, {"operation": "p100", "value": "10", )"
         R"("rounded": false}, {"operation": "p12.5", "value": "2.125", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [7, 7, 8, 10, 12], "operations": ["count", "sum", "min", "max", "range", )"
         R"("mean", "median", "mode", "variance", "stdev", "pvariance", "pstdev", "quartiles", )"
         R"("percentiles"]})",
         R"({"results": [{"operation": "count", "value": "5", "rounded": false}, )"
         R"({"operation": "sum", "value": "44", "rounded": false}, {"operation": "min", )"
         R"("value": "7", "rounded": false}, {"operation": "max", "value": "12", )"
         R"("rounded": false}, {"operation": "range", "value": "5", "rounded": false}, )"
         R"({"operation": "mean", "value": "8.8", "rounded": false}, {"operation": "median", )"
         R"("value": "8", "rounded": false}, {"operation": "mode", "value": "7", )"
         R"("rounded": false}, {"operation": "variance", "value": "4.7", )"
         R"("rounded": false}, {"operation": "stdev", "value": "2.16794833886788", )"
         R"("rounded": true}, {"operation": "pvariance", "value": "3.76", )"
         R"("rounded": false}, {"operation": "pstdev", "value": "1.93907194296653", )"
         R"("rounded": true}, {"operation": "q1", "value": "7", "rounded": false}, )"
         R"({"operation": "q2", "value": "8", "rounded": false}, {"operation": "q3", )"
         R"("value": "10", "rounded": false}, {"operation": "p5", "value": "7", )"
         R"("rounded": false}, {"operation": "p10", "value": "7", "rounded": false}, )"
         R"({"operation": "p25", "value": "7", "rounded": false}, {"operation": "p50", )"
         R"("value": "8", "rounded": false}, {"operation": "p75", "value": "10", )"
         R"("rounded": false}, {"operation": "p90", "value": "11.2", "rounded": false}, )"
         R"({"operation": "p95", "value": "11.6", "rounded": false}, {"operation": "p99", )"
         R"("value": "11.92", "rounded": false}]})"},
        {"statistics_calc", R"({"data": ["100000000000000000001", "100000000000000000003"], "operations": ["mean", )"
         R"("stdev"]})",
         R"({"results": [{"operation": "mean", "value": "100000000000000000002", )"
         R"("rounded": false}, {"operation": "stdev", "value": "1.41421356237310", )"
         R"("rounded": true}]})"},
        {"statistics_calc", R"({"data": "1, 2, 4", "operations": "mean, variance"})",
         R"({"results": [{"operation": "mean", "value": "2.33333333333333", "rounded": true}, )"
         R"({"operation": "variance", "value": "2.33333333333333", "rounded": true}]})"},
        {"statistics_calc", R"({"data": "1,5; 2,5", "operations": ["MEAN"]})",
         R"({"results": [{"operation": "mean", "value": "2", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [1, 2, 3]})",
         R"({"results": [{"operation": "count", "value": "3", "rounded": false}, )"
         R"({"operation": "sum", "value": "6", "rounded": false}, {"operation": "min", )"
         R"("value": "1", "rounded": false}, {"operation": "max", "value": "3", )"
         R"("rounded": false}, {"operation": "mean", "value": "2", "rounded": false}, )"
         R"({"operation": "median", "value": "2", "rounded": false}]})"},
        {"statistics_calc", R"({"data": [1], "operations": ["stdev"]})",
         "!undefined"},
        {"statistics_calc", R"({"data": [1], "operations": "variance"})",
         "!undefined"},
        {"statistics_calc", R"({"data": []})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": ""})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": "a,b"})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": [1, "x"]})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": {}})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": [1, [2]]})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": [1], "operations": 7})",
         "!invalid_arguments"},
        {"statistics_calc", R"({})",
         "!invalid_arguments"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["average?"]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["p101"]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["p-1"]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["p"]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data": [1, 2], "operations": ["q9"]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data": [1, 2], "operations": [""]})",
         "!unknown_operation"},
        {"statistics_calc", R"({"data":[1e99999,1]})",
         "!too_large"},
        {"statistics_calc", R"({"data":[1e-60,1]})",
         "!too_large"},
    };
}
// clang-format on

}
