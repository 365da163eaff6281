# SPDX-License-Identifier: Apache-2.0
"""Calls that are meant to hurt: large, deep, slow, or all of it. Each is one to the limit of what a call may be."""
import json

LARGE = 900_000  # bytes; a call may have a megabyte


def _deep(depth, opening, closing):
    return opening * depth + closing * depth


def _exploding_schema(levels):
    """Each definition asks for the next one twice: 2^levels checks."""
    definitions = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(levels)}
    definitions[f"d{levels}"] = {"type": "integer"}
    return json.dumps({"$defs": definitions, "$ref": "#/$defs/d0"})


CALLS = [
    ("calculate", {"expression": "9^9^9^9"}),
    ("calculate", {"expression": "2^(10^9)"}),
    ("calculate", {"expression": "factorial(10^9)"}),
    ("calculate", {"expression": "factorial(20000)"}),
    ("calculate", {"expression": _deep(50_000, "(", ")")}),
    ("calculate", {"expression": "9" * LARGE}),
    ("calculate", {"expression": "1/" + "+1/".join(str(n) for n in range(1, 900))}),
    ("calculate", {"expression": 'read("/etc/passwd")'}),
    ("solve_equation", {"equation": "x^60 + 7*x^59 - 3*x^31 + x^7 - 11 = 0"}),
    ("solve_equation", {"equation": "sin(x^3) = exp(-x) * x^9"}),
    ("prime_factorize", {"n": "170141183460469231731687303715884105727"}),
    ("prime_factorize", {"n": str((2**61 - 1) * (2**64 - 59))}),
    ("json_query", {"json_str": _deep(400_000, "[", "]"), "path": "$..*"}),
    ("json_query", {"json_str": "[" + "0," * 200_000 + "0]", "path": "$..[?(@ > 1)]"}),
    ("json_query", {"json_str": json.dumps([""] * 200_000), "path": "$[0]"}),
    ("json_query", {"json_str": json.dumps({"a": "a" * 30}), "path": "$[?(@.a =~ /(a+)+b/)]"}),
    ("structured_validate", {"data": "1", "schema": _exploding_schema(60)}),
    ("structured_validate", {"data": json.dumps("a" * 50_000), "schema": json.dumps({"pattern": "^(a|b)*$"})}),
    ("structured_validate", {"data": ",".join(f"c{i}" for i in range(100_000)), "format": "csv"}),
    ("regex_extract", {"pattern": "(a+)+$", "text": "a" * LARGE + "b"}),
    ("regex_extract", {"pattern": "((a{1,100}){1,100}){1,100}", "text": "a" * 1000}),
    ("regex_extract", {"pattern": "(x+x+)+y", "text": "x" * LARGE}),
    ("gcd_lcm", {"a": "9" * 400_000, "b": "7" * 400_000}),
    ("gcd_lcm", {"numbers": [str(10**40 + n) for n in range(15_000)]}),
    ("statistics_calc", {"data": [n % 977 for n in range(90_000)], "operations": ["stdev"] * 50}),
    ("statistics_calc", {"data": [n % 977 for n in range(200_000)]}),
    ("statistics_calc", {"data": ["1e49", "1e-49"] * 20_000}),
    ("matrix_calc", {"operation": "determinant", "matrix": [[(i * j) % 97 + 1 for j in range(60)] for i in range(60)]}),
    ("matrix_calc", {"operation": "inverse", "matrix": [["1/" + str(i + j + 1) for j in range(40)] for i in range(40)]}),
    ("probability_calc", {"operation": "binomial_cdf", "n": 10**9, "k": 5 * 10**8, "p": "1/3"}),
    ("finance_calc", {"operation": "compound_interest", "amount": "1e40", "rate": "1e-40", "years": 10**6}),
    ("base64_codec", {"text": "A" * LARGE, "mode": "decode"}),
    ("hash_text", {"text": "A" * LARGE, "algorithm": "sha512"}),
    ("text_analyze", {"text": "Wort. " * (LARGE // 6)}),
    ("text_analyze", {"text": "\u0301" * (LARGE // 6)}),
    ("roman_numeral", {"value": "M" * LARGE}),
    ("subnet_calc", {"cidr": "::/0"}),
    ("checksum_validate", {"kind": "luhn", "value": "4" * LARGE}),
    ("unit_convert", {"value": "9" * 400_000, "from_unit": "km", "to_unit": "mm"}),
    ("unit_convert", {"value": 1, "from_unit": "(((((mile^12)^12)^12)^12)^12)^12", "to_unit": "m"}),
    ("unit_convert", {"value": "1e49", "from_unit": "((Ym^12)/(ym^12))*((Ym^12)/(ym^12))", "to_unit": "m^48"}),
    ("unit_convert", {"value": 1, "from_unit": "m" * LARGE, "to_unit": "m"}),
    ("date_add", {"base_date": "2026-11-21", "days": 10**15, "months": 0, "years": 0}),
    ("legal_fulltext_search", {"query": "\" OR * NEAR " * 5_000}),
    ("legal_fulltext_search", {"query": "a b c d e f g h i k l m n o p r"}),
    ("legal_search_laws", {"query": "a" * LARGE}),
]
