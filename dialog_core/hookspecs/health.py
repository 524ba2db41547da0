# SPDX-License-Identifier: Apache-2.0
"""Health checks: whether what a module depends on works."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class HealthContext:
    """What a health check is given: the module's settings of now and a logger."""

    settings: Mapping[str, Any]
    log: logging.Logger


@dataclass(frozen=True, slots=True)
class Health:
    """What a check found.

    Attributes:
        is_ok: whether it works.
        text: one line for administrators, without secrets, at most 300 characters; the text, or what stands before its
            first ": ", is shown in the reader's language when the module's translations have it.
    """

    is_ok: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check that an administrator can start and that is repeated by itself.

    Attributes:
        name: unique within the module, lower-case letters, digits and _.
        title: `{"ru": …, "en": …}`.
        run: look and tell; may use the network; raising means that it does not work.
        every: seconds between two runs, at least 10.
    """

    name: str
    title: dict[str, str]
    run: Callable[[HealthContext], Health]
    every: float = 300.0


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def health_checks() -> Iterable[HealthCheck]:
    """Declare the health checks of a module.

    Called: once when a process starts, and at preflight; `run` is called when due, or when an administrator asks, in
    the job process of one node, outside of any transaction, and should end within ten seconds; it is
    interrupted after thirty.
    Process: jobs and web (which shows the results). Transaction: none.
    Return: the checks; their newest results are kept and shown on the module's page.
    On error: the module has no checks in this process; a check that raises is told as not working and recorded.
    """
