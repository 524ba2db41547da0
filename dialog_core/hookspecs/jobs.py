# SPDX-License-Identifier: Apache-2.0
"""Work in the background: services that run all the time and jobs that come due, with one owner in the cluster."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a run of a job is given: the module's settings of now, a logger, and when the run began (aware UTC)."""

    settings: Mapping[str, Any]
    log: logging.Logger
    at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """Work of a module that comes due again and again.

    Attributes:
        name: unique within the module, lower-case letters, digits and _, as `module.toml` lists it.
        title: `{"ru": …, "en": …}`.
        every: seconds from the end of one run to the next, at least 1.
        run: do a little (on SQLite a write of at most 20 ms) and return True when more waits, so that it is called
            again soon; no transaction is open, the network may be used outside of `write()`. A run is interrupted
            after 120 s.
    """

    name: str
    title: dict[str, str]
    every: float
    run: Callable[[JobContext], bool | None]


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def services() -> Iterable[Service]:
    """Declare the services of a module; `module.toml` names them under `capabilities.services`.

    Called: once when the service runner starts, and at preflight.
    Process: service runner and the service's own. Transaction: none.
    Return: the services. Each has one owner in the cluster, held by a lease in the database and fenced by generation.
    On error: the module runs without services; the failure is recorded.
    """


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def jobs() -> Iterable[Job]:
    """Declare the jobs of a module; `module.toml` names them under `capabilities.jobs`.

    Called: once when a job process starts, and at preflight; `run` is called when due. When it is due stands in the
    database: one process of the cluster does it, held by a lease, and the jobs of a module that is off wait.
    Process: jobs; a module's jobs run one after the other, those of another module beside them. Transaction: none.
    Return: the jobs.
    On error: the module runs without jobs; a run that raises is recorded and comes due again after `every` seconds; one
        that has to be interrupted pauses the job, as a hook that hangs pauses.
    """
