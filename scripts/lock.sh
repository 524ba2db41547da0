#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Recompiles requirements/*.txt: one set for all platforms, with hashes, naming no host.
set -eu
cd "$(dirname "$0")/.."

for name in bootstrap runtime build catalog test; do
    if [ -e "requirements/$name.in" ]; then
        echo "requirements/$name.txt…"
        .venv/bin/uv pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes \
            --no-emit-index-url --no-header --no-annotate --output-file "requirements/$name.txt" "$@" \
            "requirements/$name.in"
    fi
done
if grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt; then
    echo "a requirements file names a host" >&2
    exit 1
fi
