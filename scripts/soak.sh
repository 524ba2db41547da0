#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Long matrices: what takes minutes (modules that do harm at work, processes killed at every step, the platform's own upgrade,
# two nodes, every command of the handbook), and whole changes on PostgreSQL too. For SOAK_MINUTES (20); what the time does
# not reach is skipped and named.
# The seed is printed; SOAK_SEED=… walks the same way again. Ends with pytest's summary line.
set -eu
cd "$(dirname "$0")/.."
export SOAK_MINUTES="${SOAK_MINUTES:-20}"
soak() {
    # What only a soak tries comes first; the same tests on the other database come last.
    .venv/bin/python -m pytest -q -s -m soak --timeout-method=signal "$@" tests/end_to_end tests/hostile tests/docs tests plugins
}
soak "$@" && exit
# As with `make test`: it tells what a busy machine disturbed from what is broken; the first failure stays in the output.
echo "once more, what failed:"
SOAK_MINUTES=$((SOAK_MINUTES / 2 + 1))
soak --last-failed --last-failed-no-failures none "$@"
