# SPDX-License-Identifier: Apache-2.0
"""Work in the background: leases, the loop that looks for due work, and what services say of themselves."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dialog_core.jobs.leases import LEASE_SECONDS, acquire, release, renew
from dialog_core.jobs.owners import is_gone, owner_here, started_at

if TYPE_CHECKING:
    from dialog_core.jobs.loop import JobLoop, Step
    from dialog_core.jobs.module_reports import WorkReport, run_soon, work_reports
    from dialog_core.jobs.reports import ServiceReport, forget_service, report_service, service_reports
    from dialog_core.jobs.steps import platform_steps

# Leases are what other folders stand on; the rest stands on other folders and is imported when it is asked for.
_LATER = {
    "JobLoop": "loop",
    "ServiceReport": "reports",
    "Step": "loop",
    "WorkReport": "module_reports",
    "forget_service": "reports",
    "run_soon": "module_reports",
    "work_reports": "module_reports",
    "platform_steps": "steps",
    "report_service": "reports",
    "service_reports": "reports",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "LEASE_SECONDS",
    "JobLoop",
    "ServiceReport",
    "Step",
    "WorkReport",
    "acquire",
    "forget_service",
    "is_gone",
    "owner_here",
    "platform_steps",
    "release",
    "renew",
    "report_service",
    "run_soon",
    "service_reports",
    "started_at",
    "work_reports",
]
