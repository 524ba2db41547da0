#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All that can be said about the code in under two minutes. Goes on after a failure, so that one run tells everything.
set -u
cd "$(dirname "$0")/.."

failed=""
step() {
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name,"
}

step "ruff check" .venv/bin/ruff check --quiet .
step "ruff format" .venv/bin/ruff format --check --quiet .
step "headers" .venv/bin/python scripts/check_spdx.py
step "requirements" .venv/bin/python scripts/check_requirements.py
step "arrows" .venv/bin/python scripts/check_arrows.py
step "mypy" .venv/bin/python scripts/check_types.py
step "unit tests" scripts/test.sh unit

if [ -n "$failed" ]; then
    echo "failed:${failed%,}" >&2
    exit 1
fi
echo "all checks passed"
