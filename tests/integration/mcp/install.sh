#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the official conformance suite and SDK of the Model Context Protocol, in the versions pinned here, into a
# folder of their own:
#   tests/integration/mcp/install.sh DIR
# Then DIR/node is a Node.js that finds them below DIR/node_modules. Quiet if that is done already.
# Status 77: it cannot be done on this machine; the reason is the last line.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1

# can_not REASON [LOG]
can_not() {
    [ $# = 1 ] || tail -n 20 "$2"
    echo "$1"
    exit 77
}

wanted=$(cat "$here/package.json" "${BASH_SOURCE[0]}")
[ "$(cat "$dir/installed" 2>/dev/null)" = "$wanted" ] && "$dir/node" --version >/dev/null && exit 0
command -v npm >/dev/null || can_not "npm is not installed (moe_require test installs it)"

mkdir -p "$dir"
rm -rf "${dir:?}/installed" "${dir:?}/node_modules"
log=$dir/install.log
cp "$here/package.json" "$dir/"
npm install --prefix "$dir" --no-package-lock --no-audit --no-fund --ignore-scripts >"$log" 2>&1 ||
    can_not "npm cannot install the conformance suite" "$log"
ln -sfn "$dir"/node_modules/node-linux-*/bin/node "$dir/node"
"$dir/node" --version >>"$log" 2>&1 || can_not "npm brings no nodejs for this processor" "$log"
printf '%s\n' "$wanted" >"$dir/installed"
