# SPDX-License-Identifier: Apache-2.0
"""The job process and the services of a module under development, each started anew after every load."""

from __future__ import annotations

import os
import time
from dataclasses import is_dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.authoring.dev.calls import HookCall, in_full, in_one_line, observe
from dialog_core.authoring.dev.terminal import complain, milliseconds, say, tell
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.jobs import owner_here
from dialog_core.modules import Running, node_name
from dialog_core.modules.models import ModuleSettings
from dialog_core.server import Child, Key, ServiceLister, Services, run_jobs, stop_all

STOP_SECONDS = 6.0
SELDOM_SECONDS = 0.5
DECLARING = frozenset(
    {"channels", "health_checks", "jobs", "list_columns", "permissions", "services", "settings_schema", "web_mounts"}
)
"""Hooks that are called at every start and tell nothing about what happens."""
HANDED_OVER = {"jobs": "job", "health_checks": "health check"}
NAMING = ("kind", "name", "number", "ticket_number", "external_id", "id")


class Background:
    """What runs beside the web process, looked after by the parent.

    Args:
        module: its name; only its own calls are told, not those of the platform.
    """

    def __init__(self, config: Config, module: str) -> None:
        self._module = module
        self._engine = open_engine(config)
        self._services = Services(self._engine, owner=owner_here(node_name(config.home)), given_up=_tell_given_up)
        self._lister = ServiceLister()
        self._jobs: Child | None = None
        self._retiring: list[Child] = []
        self._loads = 0
        self._has_services = False
        self._look_at = 0.0
        os.register_at_fork(before=self._engine.dispose)  # two processes on one connection would disturb each other

    def begin(self, *, has_services: bool) -> None:
        """Start everything with what was loaded now."""
        self._loads += 1
        self._has_services = has_services
        self._look_at = 0.0
        main = partial(run_jobs, partial(_prepare, self._module))
        self._jobs = Child("jobs", (), main=main)
        self._jobs.start()

    def pause(self) -> None:
        """End everything; what is in hand may be finished while the next load begins."""
        self._has_services = False
        self._services.want((), None, {})
        if self._jobs is not None:
            self._jobs.ask_to_stop(seconds=STOP_SECONDS)
            self._retiring.append(self._jobs)
            self._jobs = None

    def look(self) -> None:
        """Do what is due; call this several times a second."""
        if self._jobs is not None:
            self._jobs.keep()
        self._retiring = [child for child in self._retiring if not child.has_stopped()]
        try:
            if self._has_services and time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + SELDOM_SECONDS
                wish = (self._loads, tuple(sorted(self._revisions().items())))
                if self._lister.look(wish):
                    self._services.want(self._lister.services, self._loads, dict(wish[1]))
            self._services.look()
        except SQLAlchemyError as error:
            complain(f"The database does not answer: {error}")

    def stop(self) -> None:
        """End everything and wait for it."""
        self.pause()
        self._lister.close()
        self._services.stop()
        stop_all(self._retiring, seconds=STOP_SECONDS)
        self._engine.dispose()

    def _revisions(self) -> dict[str, int]:
        query = select(ModuleSettings.module, func.max(ModuleSettings.revision)).group_by(ModuleSettings.module)
        with self._engine.connect() as connection:
            return {row.module: row[1] for row in connection.execute(query)}


def _tell_given_up(key: Key) -> None:
    say(f"The service {key[1]} ended too often. It is started again after the next change.")


def _prepare(module: str, running: Running) -> None:
    """Let the job process tell what it calls."""

    def seen(call: HookCall) -> None:
        if call.module != module:
            return
        if call.error:
            tell("jobs", f"{call.hook}({_given(call.values)}) failed after {milliseconds(call.seconds)}: {call.error}")
            complain(call.trace)
        elif call.hook not in DECLARING:
            tell("jobs", f"{call.hook}({_given(call.values)})  {milliseconds(call.seconds)}")

    def adapt(owner: str, hook: str, result: Any) -> Any:
        if owner != module or hook not in HANDED_OVER or result is None:
            return result
        found = result if isinstance(result, (list, tuple)) else [result]
        return [replace(item, run=_told(f"{HANDED_OVER[hook]} {item.name}", item.run)) for item in found]

    observe(running.hooks, seen, adapt)


def _told(what: str, run: Any) -> Any:
    def call(*values: Any) -> Any:
        begin = perf_counter()
        try:
            result = run(*values)
        except BaseException as error:
            tell("jobs", f"{what} failed after {milliseconds(perf_counter() - begin)}: {in_one_line(error)}")
            complain(in_full(error))
            raise
        tell("jobs", f"{what}  {milliseconds(perf_counter() - begin)}{_outcome(result)}")
        return result

    return call


def _outcome(result: Any) -> str:
    if hasattr(result, "is_ok"):
        return f"  {'ok' if result.is_ok else 'not ok'}: {result.text}".rstrip(": ")
    return "  more waits" if result is True else ""


def _given(values: tuple[Any, ...]) -> str:
    """Say in short what a hook was given: kinds, names and numbers, never texts of people."""
    return ", ".join(filter(None, map(_short, values)))


def _short(value: Any) -> str:
    if isinstance(value, (str, int)):
        return str(value)[:40]
    if not is_dataclass(value):
        return ""
    found = [str(getattr(value, name)) for name in NAMING if getattr(value, name, None) not in (None, "")]
    return " ".join(found[:3])[:60]
