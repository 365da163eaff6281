#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures the daemon beside nginx and beside no gateway at all, and prints a table:
#   tests/bench/gateway/run.sh [--quick] [--only ROWS] [--build DIR] [--json FILE] …   (--help says the rest)
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/packaging/dependencies.sh"

build=$root/build/release
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --build) build=$2; shift ;;
        --build=*) build=${1#*=} ;;
        -h|--help) exec python3 "$root/tests/bench/gateway/run.py" --help ;;
    esac
    shift
done

moe_present nginx-light || moe_require test
if [ "$build" = "$root/build/release" ]; then
    moe_require build
    log=$(mktemp)
    (cd "$root" && cmake --preset release &&
        cmake --build --preset release --target moed moectl moe-simnode moe-bench-upstream moe-bench-load) >"$log" 2>&1 ||
        { tail -40 "$log" >&2; moe_fail "Building failed."; }
    rm -f "$log"
fi
exec python3 "$root/tests/bench/gateway/run.py" --build "$build" "${arguments[@]}"
