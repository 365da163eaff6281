#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the official SDKs, in the versions pinned here, into a folder of their own:
#   tests/integration/sdk/install.sh DIR
# Then DIR/venv/bin/python knows "openai", and so does DIR/node with NODE_PATH=DIR/node_modules. Quiet if that is done
# already.
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

wanted=$(cat "$here/requirements.txt" "$here/package.json" "${BASH_SOURCE[0]}")
[ "$(cat "$dir/installed" 2>/dev/null)" = "$wanted" ] && "$dir/venv/bin/python" -c 'import openai' && exit 0
command -v npm >/dev/null || can_not "npm is not installed (moe_require test installs it)"
python3 -c 'import ensurepip, venv' 2>/dev/null ||
    can_not "python3-venv is not installed (moe_require test installs it)"

mkdir -p "$dir"
rm -rf "${dir:?}/installed" "${dir:?}/venv" "${dir:?}/node_modules"
log=$dir/install.log
{ python3 -m venv "$dir/venv" &&
    "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"; } \
    >"$log" 2>&1 || can_not "pip cannot install openai" "$log"
cp "$here/package.json" "$dir/"
# The SDK wants a Node.js that no Debian has yet: one comes as a package, chosen by the kind of processor.
npm install --prefix "$dir" --no-package-lock --no-audit --no-fund >"$log" 2>&1 ||
    can_not "npm cannot install openai" "$log"
ln -sfn "$dir"/node_modules/node-linux-*/bin/node "$dir/node"
"$dir/node" --version >>"$log" 2>&1 || can_not "npm brings no nodejs for this processor" "$log"
printf '%s\n' "$wanted" >"$dir/installed"
