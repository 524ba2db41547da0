# SPDX-License-Identifier: Apache-2.0
"""Whether the processes of another version serve, and whether they stay healthy."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import SetupProblem
from dialog_core.modules import BootState, ProcessState, live_processes, node_name
from dialog_core.server.children import Child, describe_exit
from dialog_core.server.listener import local_host
from dialog_core.server.rolling import children_of
from dialog_core.server.stopping import Stopping
from dialog_core.upgrade import Request

LOOK_SECONDS = 0.2
FAILURES = 3
SICK = {BootState.CORE.value, BootState.FALLBACK.value}


def wait_until_serving(
    config: Config, parts: Mapping[str, Child], request: Request, stopping: Stopping, *, meanwhile: Callable[[], None]
) -> str:
    """Wait until the parts of a version serve, and return the problem; empty when all do, or when told to stop.

    Args:
        meanwhile: called again and again; keeps alive what serves until then.
    """
    until = time.monotonic() + request.patience
    while not stopping.wait(LOOK_SECONDS):
        meanwhile()
        processes = _processes_of(config)
        missing = []
        for part, child in parts.items():
            if not child.is_alive():
                return f"its part {part} ended while it started ({describe_exit(child.exit_code)}); the log says more"
            found = _serving(part, child, processes)
            sick = next((item for item in found if item.state in SICK), None)
            if sick is not None:
                return f"{sick.role} came up as {sick.state}: {sick.problem}"
            right = [item for item in found if item.platform_version == request.version]
            if len(right) < (config.web_workers if part == "web" else 1):
                missing.append(part)
        if not missing:
            return ""
        if time.monotonic() > until:
            return f"its part {' and '.join(missing)} did not serve within {request.patience:g} s"
    return ""


def watch_health(
    config: Config, children: Iterable[Child], request: Request, stopping: Stopping, *, listener: socket.socket | None
) -> str:
    """Look for a while whether everything goes on well, and return the problem; empty when there is none."""
    until = time.monotonic() + request.watch
    failures = 0
    while time.monotonic() < until and not stopping.wait(LOOK_SECONDS):
        for child in children:
            if not child.is_alive():
                return f"its part {child.name} ended by itself ({describe_exit(child.exit_code)})"
        answer = _readiness(config) if listener is not None else ""
        failures = failures + 1 if answer else 0
        if failures >= FAILURES:
            return f"it is not ready: {answer}"
    return ""


def _serving(part: str, child: Child, processes: list[ProcessState]) -> list[ProcessState]:
    """Return the acknowledged processes of a part: workers are grandchildren, behind gunicorn; jobs are children."""
    if child.pid is None:
        return []
    own = children_of(child.pid)
    if part == "web":
        own = [pid for parent in own for pid in children_of(parent)]
    role = "web" if part == "web" else "jobs"
    return [item for item in processes if item.role == role and item.pid in own]


def _processes_of(config: Config) -> list[ProcessState]:
    try:
        engine = open_engine(config)
    except SetupProblem:
        return []
    try:
        with engine.connect() as connection:
            node = node_name(config.home)
            return [item for item in live_processes(connection, node=node) if item.node == node]
    except SQLAlchemyError:
        return []
    finally:
        engine.dispose()


def _readiness(config: Config) -> str:
    """Ask over HTTP; return what is wrong, empty when it is ready."""
    with closing(http.client.HTTPConnection(local_host(config), config.port, timeout=5.0)) as connection:
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            text = answer.read(500).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException) as error:
            return f"/readyz does not answer: {error!r}"
    return "" if answer.status == 200 else f"/readyz answers {answer.status}: {text}"
