# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.server.service_list FILE`: tell as JSON which services the modules want with their settings.

The parent of jobs and services runs no module code, so it asks a process that does and ends at once.
"""

from __future__ import annotations

import json
import logging
import sys
from functools import partial
from pathlib import Path

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.modules import HandedOver, HookFailed, boot, current_settings, flush_incidents
from dialog_core.server.logs import set_up_logging
from dialog_core.server.parent_death import end_with_parent

log = logging.getLogger("dialog.server")
BUDGET_SECONDS, LIMIT_SECONDS = 0.1, 5.0


def main(file: str) -> int:
    """Write `{"generation": …, "services": [["module", "service"], …]}`."""
    set_up_logging("services")
    end_with_parent()
    config = Config.from_environment()
    running = boot(config, "service-list")
    app = create_core(config, running, threads=2)
    wanted: list[tuple[str, str]] = []
    with app.app_context():
        for contribution in running.hooks.collect("services"):
            service, module = contribution.value, contribution.module
            guard = HandedOver(module, f"service {service.name}", budget=BUDGET_SECONDS, limit=LIMIT_SECONDS)
            try:
                if guard.call(partial(service.wanted, current_settings(module))):
                    wanted.append((module, service.name))
            except HookFailed as failure:
                log.error("whether %s is wanted is not known: %s", service.name, failure)
    flush_incidents()
    Path(file).write_text(json.dumps({"generation": running.generation, "services": sorted(set(wanted))}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
