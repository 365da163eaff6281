# SPDX-License-Identifier: Apache-2.0
"""What the linters share: finding sources, blanking comments and strings, reporting."""

import re
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

ROOTS = ("shared", "daemon", "gui", "tests")
SUFFIXES = (".h", ".cpp")


class Source(NamedTuple):
    path: str  # from the root, with slashes
    text: str


class Finding(NamedTuple):
    path: str
    line: int
    message: str


def sources(root: Path) -> Iterator[Source]:
    for top in ROOTS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


_NOISE = re.compile(
    r"""//[^\n]*|/\*.*?\*/"""
    r"""|R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)\""""
    r"""|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)


def code_only(text: str) -> str:
    """The text with comments and the insides of literals blanked; every position stays where it was."""

    def blank(match: re.Match) -> str:
        found = match.group()
        if found[0] == "/":
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]

    return _NOISE.sub(blank, text)


def run(check, arguments: list[str]) -> int:
    """Runs check(source) over the tree whose root is the one argument; 1 if anything was found."""
    root = Path(arguments[1])
    seen = 0
    findings: list[Finding] = []
    for source in sources(root):
        seen += 1
        findings += check(source)
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.message}", file=sys.stderr)
    print(f"{seen} files, {len(findings)} findings")
    return 1 if findings or seen == 0 else 0
