#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints a Python that is new enough, or one line that says what to install, and exits 1.
set -eu

for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
if command -v python3 >/dev/null 2>&1; then
    echo "Python 3.11 or newer is needed; this is $(python3 --version 2>&1). Name another one with: make PYTHON=/path/to/python" >&2
else
    echo "Python 3.11 or newer is needed and there is none here. On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
fi
exit 1
