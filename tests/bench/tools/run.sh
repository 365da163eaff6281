#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures what calls of the precision tools cost, and what hostile ones do to others, and prints a table:
#   tests/bench/tools/run.sh [--quick] [--build DIR]
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/packaging/dependencies.sh"

build=$root/build/release
[ "${1-}" != --build ] && [ "${2-}" != --build ] || build=
if [ -n "$build" ]; then
    moe_require build
    log=$(mktemp)
    (cd "$root" && cmake --preset release &&
        cmake --build --preset release --target moed moectl moe-bench-load) >"$log" 2>&1 ||
        { tail -40 "$log" >&2; moe_fail "Building failed."; }
    rm -f "$log"
    set -- --build "$build" "$@"
fi
exec python3 "$root/tests/bench/tools/run.py" "$@"
