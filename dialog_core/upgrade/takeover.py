# SPDX-License-Identifier: Apache-2.0
"""Ask the parents of this node to let another version take over, and wait for their answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dialog_core.config import Config
from dialog_core.errors import NotAllowedNow
from dialog_core.jobs import started_at
from dialog_core.upgrade.active import Active, ParentRecord, Request, active_file, read_records, request_file

LOOK_SECONDS = 0.2
SLACK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that new processes may take to serve, and that they must stay healthy afterwards."""

    start: float = 90.0
    watch: float = 10.0


def living_parents(home: Path) -> list[ParentRecord]:
    """Return what the outermost parents of this node say, those that still run."""
    return [record for record in read_records(home) if started_at(record.pid) == record.started]


def let_take_over(config: Config, *, version: str, python: str, say: Callable[[str], None], patience: Patience) -> None:
    """Let another version take over on every parent of this node, or on none.

    Raises:
        NotAllowedNow: it did not come up, or fell ill; the version before runs again.
    """
    parents = living_parents(config.home)
    if not parents:
        say("Nothing of the platform runs on this node; the next start runs the new version.")
        return
    say(f"Starting version {version} beside {parents[0].version} …")
    request = _ask(config.home, version, python, patience)
    problem = _wait(config.home, parents, request, say)
    if not problem:
        return
    if any(record.version == version for record in living_parents(config.home)):  # one of several got through
        before = Active.read(active_file(config.home))
        back = before.python if before is not None else parents_python()
        _wait(config.home, parents, _ask(config.home, parents[0].version, back, patience), say)
    raise NotAllowedNow(
        "Version %(version)s did not take over: %(reason)s. Version %(before)s runs.",
        version=version,
        reason=problem,
        before=parents[0].version,
    )


def parents_python() -> str:
    """Return the interpreter of this version, with which the parents were started."""
    import sys

    return sys.executable


def _ask(home: Path, version: str, python: str, patience: Patience) -> Request:
    request = Request(time.time_ns(), version, python, patience.start, patience.watch)
    request.write(request_file(home))
    return request


def _wait(home: Path, parents: list[ParentRecord], request: Request, say: Callable[[str], None]) -> str:
    """Wait until every parent has answered a request; return the problem of one that could not."""
    until = time.monotonic() + 2 * request.patience + request.watch + SLACK_SECONDS
    told: set[tuple[int, str]] = set()
    waiting = {record.pid for record in parents}
    while waiting:
        here = {record.pid: record for record in living_parents(home)}
        for pid in list(waiting):
            record = here.get(pid)
            if record is None:
                return f"the parent process {pid} has ended"
            if record.request < request.number:
                continue
            if (pid, record.state) not in told:
                told.add((pid, record.state))
                say(f"  {record.role}: {record.state}")
            if record.state == "failed":
                return record.reason
            if record.state == "done" and record.version == request.version:
                waiting.discard(pid)
        if time.monotonic() > until:
            return "the parent processes do not answer"
        time.sleep(LOOK_SECONDS)
    return ""
