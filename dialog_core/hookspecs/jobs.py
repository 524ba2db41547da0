# SPDX-License-Identifier: Apache-2.0
"""Work in the background: services that run all the time, with one owner in the cluster."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What a running service is given.

    Attributes:
        settings: the module's settings when the service started; a change restarts the service.
        stopping: set when the service should end; it has five seconds from then on.
        log: logger of the module.
        report: tell the administrator how it goes, in one line, with `healthy` true or false. The line, or what stands
            before its first ": ", is shown in the reader's language when the module's translations have it.
    """

    settings: Mapping[str, Any]
    stopping: threading.Event
    log: logging.Logger
    report: Callable[[bool, str], None]


@dataclass(frozen=True, slots=True)
class Service:
    """A long-running part of a module, run in a process of its own.

    Attributes:
        name: unique within the module.
        run: blocks until `context.stopping` is set; returning early or raising means a restart with backoff.
        wanted: whether the service is needed with these settings (a webhook needs no poller).
    """

    name: str
    run: Callable[[ServiceContext], None]
    wanted: Callable[[Mapping[str, Any]], bool] = field(default=lambda settings: True)  # noqa: ARG005 - called by position


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def services() -> Iterable[Service]:
    """Declare the services of a module.

    Called: once when the service runner starts. Process: service runner and the service's own.
    Each service has one owner in the cluster, held by a lease in the database and fenced by generation.
    On error: the module runs without services; the failure is recorded.
    """
