#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds everything, runs every test:
#   packaging/test.sh [--preset release] [--labels REGEX] [--without-labels REGEX]
# Ends with ctest's summary; the status is 0 only if every test passed. Where CI is set, a test that is skipped for want
# of PostgreSQL, nginx, Node or another program that this script installs counts as failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=release
selection=()
must_not_be_missing='postgres|nginx|nodejs|npm|promtool|prometheus|clang-format|openssl|python3|install openai'

usage() { sed -n '4,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
    case $1 in
        --preset|--labels|--without-labels) [ $# -gt 1 ] || { usage >&2; exit 2; } ;;&
        --preset) preset=$2; shift ;;
        --labels) selection+=(-L "$2"); shift ;;
        --without-labels) selection+=(-LE "$2"); shift ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

. "$root/packaging/dependencies.sh"
moe_require build test tidy
cd "$root"

build=build/$preset
log=$build/Testing/Temporary/LastTest.log
jobs=$(nproc)
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# What was skipped, a line each: whole programs, functions of Qt Test, cases of Python's unittest.
skipped() {
    sed -nE 's/^SKIPPED WHOLE TEST: /whole program: /p
             s/^SKIP   : ([^ ]*) (.*)/\1: \2/p
             s/^(test_[^ ]*) .*skipped .(.*).$/\1: \2/p' "$log"
}

build_everything() {
    moe_say "Building everything (preset $preset)."
    { cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs"; } >"$output" 2>&1 ||
        { tail -n 60 "$output" >&2; moe_fail "Building failed."; }
}

# Shows ctest's lines as they come, up to its summary, which belongs to the end.
run_tests() {
    rm -f "$log"
    ctest --preset "$preset" --no-tests=error --no-label-summary -j "$jobs" "${selection[@]}" 2>&1 | tee "$output" |
        sed -u '/^[0-9]*% tests passed/,$d'
}

report_skipped() {
    local reasons missing
    [ -f "$log" ] || return 0
    reasons=$(skipped)
    if [ -z "$reasons" ]; then
        echo "Skipped: nothing."
        return 0
    fi
    printf 'Skipped: %s\n' "$(wc -l <<<"$reasons")"
    sed 's/^/  /' <<<"$reasons"
    missing=$(grep -Eic "$must_not_be_missing" <<<"$reasons") || return 0
    [ -n "${CI:-}" ] || return 0
    echo "FAILED: $missing of them for want of a program that CI has to have."
    return 1
}

build_everything
status=0
run_tests || status=1
report_skipped || status=1
sed '1,/^[0-9]*% tests passed/d' "$output"
echo
grep -E '^[0-9]+% tests passed' "$output" || status=1
exit $status
