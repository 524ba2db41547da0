# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.server.part web|worker`: a part of a node, as its parent (of whatever version) starts it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from dialog_core.config import Config
from dialog_core.server.logs import set_up_logging
from dialog_core.server.web import run_web
from dialog_core.server.worker import run_worker

PARTS: dict[str, Callable[[Config], None]] = {"web": run_web, "worker": run_worker}


def be_part(name: str, config: Config) -> int:
    """Be a part until told to stop."""
    set_up_logging(name)
    PARTS[name](config)
    return 0


if __name__ == "__main__":
    sys.exit(be_part(sys.argv[1], Config.from_environment()))
