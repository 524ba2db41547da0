#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Long matrices: what `make test` tries once is tried again and again, in a random order, for SOAK_MINUTES (20), and what takes
# minutes on both databases; what the time does not reach is skipped.
# The seed is printed; SOAK_SEED=… walks the same way again. Ends with pytest's summary line.
set -eu
cd "$(dirname "$0")/.."
export SOAK_MINUTES="${SOAK_MINUTES:-20}"
soak() {
    .venv/bin/python -m pytest -q -s -m soak --timeout-method=signal "$@" tests plugins
}
soak "$@" && exit
# As with `make test`: it tells what a busy machine disturbed from what is broken; the first failure stays in the output.
echo "once more, what failed:"
SOAK_MINUTES=$((SOAK_MINUTES / 2 + 1))
soak --last-failed --last-failed-no-failures none "$@"
