#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the benchmark's own tools against each other: what they report as good must be all of it."""
import argparse
import json
import subprocess
import sys
from pathlib import Path

from processes import Process


def load(binaries, port, mode, *options):
    command = [binaries / "moe-bench-load", mode, "--port", str(port), *map(str, options)]
    return json.loads(subprocess.run(command, check=True, timeout=60, capture_output=True, text=True).stdout)


def checks(binaries, port):
    """Yields (what, found, expected)."""
    for body in (150, 400_000):
        result = load(binaries, port, "requests", "--requests", 200, "--seconds", 30, "--body", body, "--idle", 20)
        yield f"requests of {body} bytes", (result["requests"], result["errors"]), (200, 0)
    result = load(binaries, port, "stream", "--streams", 8, "--rounds", 2, "--frames", 20, "--interval-us", 1000)
    yield "streams", (result["streams"], result["frames"], result["errors"]), (16, 320, 0)
    result = load(binaries, port, "stream", "--streams", 1, "--model", "endless", "--frames", 100_000, "--pause", 0.2)
    yield "a stream read late", (result["frames"], result["errors"]), (100_000, 0)
    result = load(binaries, port, "stream", "--streams", 2, "--key", "k", "--model", "nothing-is-checked-here")
    yield "default frames", (result["frames"], result["errors"]), (128, 0)
    result = load(binaries, port, "abort", "--aborts", 10, "--state-port", port)
    yield "aborts", (result["aborts"], result["errors"]), (10, 0)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bin", type=Path, required=True)
    binaries = arguments.parse_args().bin
    failures = 0
    with Process([binaries / "moe-bench-upstream"]) as upstream:
        port = int(upstream.line().split()[1])
        for what, found, expected in checks(binaries, port):
            failures += found != expected
            print(f"{'ok  ' if found == expected else 'FAIL'} {what}: {found}")
        result = load(binaries, 1, "stream", "--streams", 2)
        failures += result["errors"] != 2
        print(f"{'ok  ' if result['errors'] == 2 else 'FAIL'} nobody listens: {result['reasons']}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
