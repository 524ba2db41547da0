# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.modules.changes.apply CHANGE`: make one change of modules in a process of its own."""

from __future__ import annotations

import sys

from dialog_core.modules.changes.coordinator import make_change

if __name__ == "__main__":
    sys.exit(make_change(int(sys.argv[1])))
