# SPDX-License-Identifier: Apache-2.0
"""`dialog worker`: the parent of the job process, of the services and of changes of modules. It runs no module code.

It has no second thread, so that its children can be forked: each has everything imported already, which saves a second
of processor time per process, and a change of modules needs five of them.
"""

from __future__ import annotations

import logging
import os
import time
from functools import partial

from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, open_engine
from dialog_core.jobs import GIVEN_UP, owner_here, report_service
from dialog_core.modules import (
    GAVE_UP,
    Kind,
    StrikeReport,
    begin_write,
    changes_to_apply,
    forget_calls,
    forget_earlier,
    is_safe_mode,
    live_processes,
    make_change,
    node_name,
    prepare_generation,
    remember_platform,
    stuck_processes,
    wanted_generation,
)
from dialog_core.modules.models import ModuleSettings
from dialog_core.server import job_process
from dialog_core.server.children import Child, python_module, stop_all
from dialog_core.server.keeper import Keeper
from dialog_core.server.parent import parent_heartbeat, parent_running
from dialog_core.server.parent_death import end_with_parent
from dialog_core.server.retry import Retry
from dialog_core.server.service_lister import Key, ServiceLister
from dialog_core.server.services import Services
from dialog_core.server.stopping import Stopping

log = logging.getLogger("dialog.server")
LOOK_SECONDS = 0.25
SELDOM_SECONDS = 2.0
STOP_SECONDS = 7.0


class WorkerParent:
    """Keeps the job process and the services on the wanted generation, and starts changes that were asked for."""

    def __init__(self, config: Config, app: Flask, engine: Engine, stopping: Stopping) -> None:
        self._config = config
        self._app = app
        self._engine = engine
        self._stopping = stopping
        self._generation: int | None = None
        self._is_safe = False
        self._look_at = 0.0
        self._retry = Retry()
        self._jobs: Child | None = None
        self._retiring: list[Child] = []
        self._change: Child | None = None
        self._lister = ServiceLister()
        self._services = Services(engine, owner=owner_here(node_name(config.home)), given_up=self._tell_given_up)
        self._keeper = Keeper(config, app, engine, self._services)

    def run(self) -> None:
        """Work until told to stop."""
        forget_earlier(self._config)
        heartbeat = parent_heartbeat(self._config, "worker-parent", engine=self._engine)
        try:
            while True:
                heartbeat.look()
                try:
                    self._look()
                except SQLAlchemyError as error:
                    log.warning("the database does not answer: %s", error)
                if self._stopping.wait(LOOK_SECONDS):
                    return
                remember_platform()
        finally:
            self._stop()
            heartbeat.stop()

    def _look(self) -> None:
        self._keep_children()
        wanted, is_safe = wanted_generation(self._engine), is_safe_mode(self._engine, self._config)
        stuck = stuck_processes(self._config.home)
        if self._jobs is None or (wanted, is_safe) != (self._generation, self._is_safe) or self._must_renew(stuck):
            self._is_safe = is_safe
            self._renew_jobs(wanted)
        self._services.kill_stuck(stuck)
        self._keeper.look(is_safe=is_safe)
        if is_safe:
            self._services.want((), wanted, {})
        else:
            revisions = self._settings_revisions()
            if self._lister.look((wanted, tuple(sorted(revisions.items())))):
                self._services.want(self._lister.services, wanted, revisions)
        self._start_change()

    def _must_renew(self, stuck: set[int]) -> bool:
        """Whether the job process is stuck, or runs something else and it is time to try what is wanted again."""
        assert self._jobs is not None, "it is there before anybody asks"
        pid = self._jobs.pid
        if pid in stuck:
            log.error("the job process is stuck and is replaced")
            return True
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + SELDOM_SECONDS
        with self._engine.connect() as connection:
            processes = live_processes(connection, node=node_name(self._config.home))
        fell_back = any(item.pid == pid and item.role == "jobs" and item.state in GAVE_UP for item in processes)
        return self._retry.is_due(self._generation, fell_back)

    def _keep_children(self) -> None:
        """What must go on even while the database does not answer."""
        if self._jobs is not None:
            self._jobs.keep()
        self._retiring = [child for child in self._retiring if not child.has_stopped()]
        self._services.look()

    def _renew_jobs(self, wanted: int | None) -> None:
        """Start a job process with the wanted generation; the one before finishes what it has in hand meanwhile."""
        if wanted is not None and not self._is_safe:
            problem = prepare_generation(self._engine, self._config, wanted)
            if problem:  # the processes will find the same, start with the last good one and say so
                log.error("generation %s cannot be made ready on this node: %s", wanted, problem)
        if self._jobs is not None:
            log.info("replacing the job process for generation %s", wanted)
            self._jobs.ask_to_stop(seconds=STOP_SECONDS)
            self._retiring.append(self._jobs)
        self._generation = wanted
        self._jobs = Child(
            "jobs",
            python_module("dialog_core.server.job_process"),
            main=job_process.main,
            before_kill=self._blame_nobody,
        )
        self._jobs.start()

    def _settings_revisions(self) -> dict[str, int]:
        query = select(ModuleSettings.module, func.max(ModuleSettings.revision)).group_by(ModuleSettings.module)
        with self._engine.connect() as connection:
            return {row.module: row[1] for row in connection.execute(query)}

    def _start_change(self) -> None:
        """Make one requested change at a time; one whose process died is made again."""
        if self._change is not None and self._change.is_alive():
            return
        with self._app.app_context():
            waiting = changes_to_apply()
        if waiting:
            command = python_module("dialog_core.modules.changes.apply", str(waiting[0]))
            self._change = Child("change", command, main=partial(make_change, waiting[0]))
            self._change.start()

    def _tell_given_up(self, key: Key) -> None:
        name = ".".join(key)
        with begin_write(self._engine) as connection:
            StrikeReport(key[0], Kind.SERVICE, f"service {key[1]}", GIVEN_UP).write(connection)
        with self._app.app_context():
            report_service(name, False, GIVEN_UP, is_given_up=True)

    def _blame_nobody(self, pid: int) -> None:
        forget_calls(self._config.home, pid)

    def _stop(self) -> None:
        self._lister.close()
        children = [child for child in (self._jobs, self._change, *self._retiring) if child is not None]
        for child in children:
            child.ask_to_stop(seconds=STOP_SECONDS)
        self._services.stop()
        stop_all(children, seconds=STOP_SECONDS)


def run_worker(config: Config) -> None:
    """Run `dialog worker` until SIGTERM or Ctrl-C.

    Raises:
        SetupProblem: the database cannot be reached.
    """
    stopping = Stopping()
    end_with_parent()
    engine = open_engine(config)
    app = create_core(config, parent_running(config, "worker-parent"))

    def close_connections() -> None:
        """Leave no connection to a child: two processes on one would disturb each other."""
        engine.dispose()
        with app.app_context():
            db.engine.dispose()

    os.register_at_fork(before=close_connections)
    try:
        WorkerParent(config, app, engine, stopping).run()
    finally:
        close_connections()
