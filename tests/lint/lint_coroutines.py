# SPDX-License-Identifier: Apache-2.0
"""Coroutine rules that a compiler does not know: what a suspended coroutine must not hold, and who ends it.

A function that returns Task or QCoro::Task is taken for a coroutine, because it may become one. Exempt are pure
forwarders marked `// lint: not a coroutine` on the line of the return type.
"""

import re
import sys

from sources import Finding, Source, code_only, line_of, run

EXEMPT = "// lint: not a coroutine"
_TASK = re.compile(r"(?<![\w:])(?:moe::)?(?:QCoro::)?Task\s*<")
_VIEWS = re.compile(r"\b(?:std::)?(?:\w*string_view|span)\b|\bQ(?:\w*StringView|ByteArrayView|AnyStringView|Span)\b")
_BANNED = (
    (re.compile(r"\bstd\s*::\s*(?:launch|async)\b"), "std::async and std::launch leave work behind; use a TaskScope"),
    (re.compile(r"(?:\.|->)\s*detach\s*\("), "nothing is detached; a TaskScope or an owner joins it"),
    (re.compile(r"\bQtConcurrent\s*::"), "QtConcurrent hands out futures that cannot be awaited safely"),
)
_LAMBDA = re.compile(r"(?<![\w\])])\[(?P<captures>[^\[\]]*)\]\s*(?=[({]|mutable|noexcept|->|<)")


def closing(code: str, start: int) -> int:
    """Position of the bracket that closes the one at `start`, or the end of the text."""
    opening = code[start]
    closer = {"(": ")", "{": "}", "[": "]", "<": ">"}[opening]
    depth = 0
    for i in range(start, len(code)):
        if code[i] == opening:
            depth += 1
        elif code[i] == closer and not (closer == ">" and code[i - 1] == "-"):
            depth -= 1
            if depth == 0:
                return i
    return len(code)


def split_parameters(parameters: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for i, c in enumerate(parameters):
        if c in "(<[{":
            depth += 1
        elif c in ")>]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(parameters[start:i])
            start = i + 1
    return [part.strip() for part in [*parts, parameters[start:]] if part.strip()]


def outside_templates(parameter: str) -> str:
    """A parameter's own declarator: what stands in template arguments or in a function's signature is not held."""
    kept, depth = [], 0
    for c in parameter:
        depth += c in "<("
        if depth == 0:
            kept.append(c)
        depth -= c in ">)"
    return "".join(kept).split("=")[0]


def why_bad(parameter: str) -> str | None:
    own = outside_templates(parameter)
    if "&" in own:
        return "takes a reference"
    if _VIEWS.search(own):
        return "takes a view"
    # A pointer to an object with an owner is a decision; one to characters is a view.
    if re.search(r"\b(?:char|char8_t|char16_t|QChar)\b[^*]*\*", own):
        return "takes a pointer to characters"
    return None


def check_parameters(source: Source, code: str) -> list[Finding]:
    findings = []
    lines = source.text.split("\n")
    for match in _TASK.finditer(code):
        after = code[closing(code, match.end() - 1) + 1:]
        declared = re.match(r"\s*(?P<name>(?:[\w~]+\s*::\s*)*[\w]+)\s*\(", after)
        lambda_result = code[:match.start()].rstrip().endswith("->")
        if lambda_result:
            parameters = parameters_before_arrow(code, match.start())
        elif declared and declared["name"] not in ("if", "while", "for", "switch", "return"):
            start = len(code) - len(after) + declared.end() - 1
            parameters = code[start + 1:closing(code, start)]
        else:
            continue
        line = line_of(code, match.start())
        if EXEMPT in lines[line - 1]:
            continue
        for parameter in split_parameters(parameters):
            if reason := why_bad(parameter):
                findings.append(Finding(source.path, line, f"a coroutine {reason}: {' '.join(parameter.split())}"))
    return findings


def parameters_before_arrow(code: str, position: int) -> str:
    before = code[:position].rstrip()[:-2].rstrip()
    before = re.sub(r"\b(?:mutable|noexcept)\s*$", "", before).rstrip()
    if not before.endswith(")"):
        return ""
    depth = 0
    for i in range(len(before) - 1, -1, -1):
        depth += (before[i] == ")") - (before[i] == "(")
        if depth == 0:
            return before[i + 1:-1]
    return ""


def check_lambdas(source: Source, code: str) -> list[Finding]:
    findings = []
    for match in _LAMBDA.finditer(code):
        if not match["captures"].strip():
            continue
        # Up to the body, stepping over parameters and whatever stands between.
        at = match.end()
        while at < len(code) and code[at] != "{":
            if code[at] in ";,":
                break
            at = closing(code, at) + 1 if code[at] in "(<" else at + 1
        if at >= len(code) or code[at] != "{":
            continue
        body = without_inner_lambdas(code[at + 1:closing(code, at)])
        if re.search(r"\bco_(?:await|return|yield)\b", body) or awaits_by_macro(body):
            findings.append(Finding(source.path, line_of(code, match.start()),
                                    f"a lambda that is a coroutine captures [{match['captures'].strip()}]"))
    return findings


def awaits_by_macro(body: str) -> bool:
    return re.search(r"\bCO_TRY(?:_VOID)?\s*\(", body) is not None


def without_inner_lambdas(body: str) -> str:
    """A lambda inside may be a coroutine of its own; it does not make the outer one a coroutine."""
    while match := re.search(r"(?<![\w\])])\[[^\[\]]*\]\s*(?=[({])", body):
        at = match.end()
        while at < len(body) and body[at] != "{":
            at = closing(body, at) + 1 if body[at] in "(<" else at + 1
        end = closing(body, at) + 1 if at < len(body) else len(body)
        body = body[:match.start()] + " " + body[end:]
    return body


def check(source: Source) -> list[Finding]:
    code = code_only(source.text)
    findings = check_parameters(source, code) + check_lambdas(source, code)
    for pattern, message in _BANNED:
        findings += [Finding(source.path, line_of(code, match.start()), message) for match in pattern.finditer(code)]
    return findings


if __name__ == "__main__":
    sys.exit(run(check, sys.argv))
