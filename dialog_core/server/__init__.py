# SPDX-License-Identifier: Apache-2.0
"""The processes of a node: `dialog up`, `dialog web` (parent of gunicorn), `dialog worker` (jobs and services)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.server.checkup import Finding, examine
    from dialog_core.server.children import Child, describe_exit, stop_all
    from dialog_core.server.front import Front, warm_up
    from dialog_core.server.job_process import run_jobs
    from dialog_core.server.listener import local_url, open_listener
    from dialog_core.server.logs import set_up_logging
    from dialog_core.server.parent import parent_running
    from dialog_core.server.parent_death import end_with_parent
    from dialog_core.server.service_lister import Key, ServiceLister
    from dialog_core.server.services import Services
    from dialog_core.server.stopping import Stopping
    from dialog_core.server.up import prepare, run_alone, run_up

_WHERE = {
    "Child": "children",
    "Finding": "checkup",
    "Front": "front",
    "Key": "service_lister",
    "ServiceLister": "service_lister",
    "Services": "services",
    "Stopping": "stopping",
    "describe_exit": "children",
    "end_with_parent": "parent_death",
    "examine": "checkup",
    "local_url": "listener",
    "open_listener": "listener",
    "parent_running": "parent",
    "prepare": "up",
    "run_alone": "up",
    "run_jobs": "job_process",
    "run_up": "up",
    "set_up_logging": "logs",
    "stop_all": "children",
    "warm_up": "front",
}
__all__ = [
    "Child",
    "Finding",
    "Front",
    "Key",
    "ServiceLister",
    "Services",
    "Stopping",
    "describe_exit",
    "end_with_parent",
    "examine",
    "local_url",
    "open_listener",
    "parent_running",
    "prepare",
    "run_alone",
    "run_jobs",
    "run_up",
    "set_up_logging",
    "stop_all",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Import a part when it is asked for: a gunicorn master needs little of this, a job process other parts."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"dialog_core.server.{_WHERE[name]}"), name)
