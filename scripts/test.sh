#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests: `all` of them (or the paths and options given after it), or only the quick `unit` ones.
set -eu
cd "$(dirname "$0")/.."

kind=$1
shift
case $kind in
unit) set -- tests/unit -m "not browser and not postgres and not slow" "$@" ;;
esac
exec .venv/bin/python -m pytest -q -n "${JOBS:-2}" --dist loadgroup "$@"
