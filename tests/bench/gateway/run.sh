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
    (cd "$root" && cmake --preset release && cmake --build --preset release) >"${TMPDIR:-/tmp}/moe-bench-build.log" ||
        { tail -40 "${TMPDIR:-/tmp}/moe-bench-build.log" >&2; moe_fail "Building failed."; }
fi
exec python3 "$root/tests/bench/gateway/run.py" --build "$build" "${arguments[@]}"
