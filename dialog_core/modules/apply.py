# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.modules.apply CHANGE`: make one change of modules in a process of its own."""

from __future__ import annotations

import sys

from dialog_core.config import Config
from dialog_core.modules.changes import DONE
from dialog_core.modules.coordinator import apply_when_free
from dialog_core.redaction import protect_logs


def main() -> int:
    """Return 0 when the change is live on every process."""
    protect_logs()
    view = apply_when_free(Config.from_environment(), int(sys.argv[1]))
    if view.problem:
        print(view.problem, file=sys.stderr)
    return 0 if view.state == DONE else 1


if __name__ == "__main__":
    sys.exit(main())
