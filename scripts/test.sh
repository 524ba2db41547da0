#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests: `all` of them (or the paths and options given after it), or only the quick `unit` ones.
#
# All of them run in two parts: those within one process side by side, then those that start whole platforms,
# because they measure what happens while processes start and die. What fails is run once more by itself, and
# the first failure stays in the output: it tells a test that a busy machine disturbed from one that is broken.
set -eu
cd "$(dirname "$0")/.."

platforms="tests/functional/server tests/functional/modules tests/end_to_end tests/hostile tests/browser"

part() {
    processes=$1
    shift
    .venv/bin/python -m pytest -q -n "$processes" --dist loadgroup -m "not soak" "$@" && return
    echo "once more, what failed:"
    .venv/bin/python -m pytest -q --last-failed --last-failed-no-failures none -m "not soak" "$@"
}

kind=$1
shift
case $kind in
unit) exec .venv/bin/python -m pytest -q -n "${JOBS:-2}" tests/unit -m "not browser and not postgres and not slow and not soak" "$@" ;;
esac
if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest -q -n "${JOBS:-2}" --dist loadgroup -m "not soak" "$@"
fi

status=0
echo "part 1 of 2: within one process"
ignored=$(for folder in $platforms; do printf -- '--ignore=%s ' "$folder"; done)
# shellcheck disable=SC2086 # options and folders without blanks inside
part "${JOBS:-2}" $ignored || status=1
echo "part 2 of 2: whole platforms"
# shellcheck disable=SC2086
part "${JOBS_PLATFORM:-2}" $platforms || status=1
exit "$status"
