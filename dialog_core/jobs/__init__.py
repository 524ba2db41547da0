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
    from dialog_core.jobs.module_work import module_steps
    from dialog_core.jobs.reports import (
        GIVEN_UP,
        ServiceReport,
        forget_service,
        report_service,
        retry_service,
        service_reports,
        wish_key,
    )
    from dialog_core.jobs.steps import platform_steps

# Leases are what other folders stand on; the rest stands on other folders and is imported when it is asked for.
_LATER = {
    "JobLoop": "loop",
    "ServiceReport": "reports",
    "Step": "loop",
    "WorkReport": "module_reports",
    "GIVEN_UP": "reports",
    "forget_service": "reports",
    "module_steps": "module_work",
    "run_soon": "module_reports",
    "work_reports": "module_reports",
    "platform_steps": "steps",
    "report_service": "reports",
    "retry_service": "reports",
    "wish_key": "reports",
    "service_reports": "reports",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "GIVEN_UP",
    "LEASE_SECONDS",
    "JobLoop",
    "ServiceReport",
    "Step",
    "WorkReport",
    "acquire",
    "forget_service",
    "is_gone",
    "module_steps",
    "owner_here",
    "platform_steps",
    "release",
    "renew",
    "report_service",
    "retry_service",
    "run_soon",
    "service_reports",
    "started_at",
    "wish_key",
    "work_reports",
]
