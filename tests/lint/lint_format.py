# SPDX-License-Identifier: Apache-2.0
"""Formatting by clang-format, whose program the variable CLANG_FORMAT names; skipped where it is not installed."""

import os
import subprocess
import sys
from pathlib import Path

from sources import sources


def find_unformatted(root: Path, files: list[str], program: str) -> str:
    """What clang-format has to say about the files; empty if nothing."""
    if not files:
        return ""
    done = subprocess.run([program, "--dry-run", "--Werror", "--style=file", *files], cwd=root,
                          capture_output=True, text=True, check=False)
    return done.stderr if done.returncode != 0 else ""


def main(arguments: list[str]) -> int:
    program = os.environ.get("CLANG_FORMAT", "")
    if not program:
        print("SKIPPED WHOLE TEST: clang-format-19 is not installed (moe_require tidy installs it)")
        return 0
    root = Path(arguments[1])
    complaints = find_unformatted(root, [source.path for source in sources(root)], program)
    print(complaints, end="", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
