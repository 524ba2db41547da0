# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.server.service_process MODULE SERVICE`: run one service of a module until told to end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

from flask import Flask

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.hookspecs.jobs import Service, ServiceContext
from dialog_core.jobs import report_service
from dialog_core.modules import Heartbeat, Running, boot, current_settings, flush_incidents, report_incident
from dialog_core.server.logs import set_up_logging
from dialog_core.server.parent_death import end_with_parent

GRACE_SECONDS = 5.0
REPORT_SECONDS = 1.0
NOT_HERE = 2
"""Exit code when the module or the service is not part of what this process could load."""


def main(module: str, name: str) -> int:
    """Run the service; returns 0 when it was told to end, else 1."""
    set_up_logging(f"service {module}.{name}")
    log = logging.getLogger(f"dialog.{module}")
    stopping = _stop_on_signal()
    # The next owner takes the lease of a dead parent at once: nothing of this one may go on by then.
    end_with_parent(at_once=True)
    config = Config.from_environment()
    running = boot(config, f"service:{module}.{name}")
    heartbeat = Heartbeat(config, running)
    heartbeat.start()
    try:
        service = find_service(running, module, name)
        if service is None:
            log.error("the service %s is not there", name)
            return NOT_HERE
        app = create_core(config, running, threads=4)
        with app.app_context():
            reporter = Reporter(app, f"{module}.{name}")
            context = ServiceContext(current_settings(module), stopping, log, reporter.report)
            return _run(service, module, context, reporter)
    finally:
        flush_incidents()
        heartbeat.stop()


def find_service(running: Running, module: str, name: str) -> Service | None:
    """Return a service that a loaded module declares."""
    for contribution in running.hooks.collect("services"):
        if contribution.module == module and contribution.value.name == name:
            service: Service = contribution.value
            return service
    return None


class Reporter:
    """Writes what a service says of itself: at once when its health changes, otherwise at most once a second."""

    def __init__(self, app: Flask, service: str) -> None:
        self._app = app
        self._service = service
        self._last: tuple[bool, str] | None = None
        self._at = 0.0

    def report(self, healthy: bool, text: str) -> None:
        """Keep a line; a failing database does not disturb the service."""
        line = (bool(healthy), str(text))
        if line == self._last:
            return
        is_same_health = self._last is not None and self._last[0] == line[0]
        if is_same_health and time.monotonic() - self._at < REPORT_SECONDS:
            return
        self._last = line
        self._at = time.monotonic()
        try:
            with self._app.app_context():
                report_service(self._service, *line)
        except Exception:
            logging.getLogger("dialog.server").exception("the report of %s could not be kept", self._service)


def _run(service: Service, module: str, context: ServiceContext, reporter: Reporter) -> int:
    try:
        service.run(context)
    except BaseException as error:
        if context.stopping.is_set():
            return 0
        report_incident(module, f"service {service.name}", error)
        context.log.exception("the service %s failed", service.name)
        reporter.report(False, f"{type(error).__name__}: {error}")
        return 1
    if context.stopping.is_set():
        return 0
    reporter.report(False, "The service ended by itself and is started again.")
    return 1


def _stop_on_signal() -> threading.Event:
    """Set an event at SIGTERM; a service that does not heed it is cut off after five seconds."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stopping.set()
        killer = threading.Timer(GRACE_SECONDS, os._exit, args=(1,))
        killer.daemon = True
        killer.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return stopping


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
