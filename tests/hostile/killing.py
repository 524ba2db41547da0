# SPDX-License-Identifier: Apache-2.0
"""Kill one process of a platform at one step of a change."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from dialog_core.server.rolling import children_of
from tests.running import Platform, eventually

STEPS = ("resolve", "consent", "build", "preflight", "migrate", "activate", "converge")
VICTIMS = ("change", "fresh", "web", "gunicorn", "web-parent", "jobs", "worker-parent", "up")
"""`change` makes the change, `fresh` is its preflight or migration, `up` is the parent of all (started again)."""
LOOK_SECONDS = 0.01
REACH_SECONDS = 150.0


def kill_at(platform: Platform, change: int, step: str, victim: str, *, seconds: float = REACH_SECONDS) -> bool:
    """Wait until a change has reached a step and end a process at once; False when the change was faster."""
    return wait_for_step(platform, change, step, seconds=seconds) and _kill(platform, victim)


def wait_for_step(platform: Platform, change: int, step: str, *, seconds: float = REACH_SECONDS) -> bool:
    """Wait until a change has reached a step; False when it has ended already."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reached, state = _progress(platform, change)
        if step in reached or state in {"done", "refused", "failed"}:
            return state not in {"done", "refused", "failed"}
        time.sleep(LOOK_SECONDS)
    raise AssertionError(f"the change did not reach {step} within {seconds} s")


def _kill(platform: Platform, victim: str) -> bool:
    pid = _find(platform, victim)
    if pid is None:
        return False
    if victim == "up":
        platform.kill()
        platform.start()
        return True
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _find(platform: Platform, victim: str) -> int | None:
    if victim in {"change", "fresh"}:
        change = _change_process(platform)
        if victim == "change" or change is None:
            return change
        children = children_of(change)
        return children[0] if children else None
    if victim == "up":
        return os.getpid()
    role = "web" if victim == "gunicorn" else victim
    pids = eventually(lambda: platform.pids(role), seconds=30, what=f"a process {role}")
    return _parent_of(pids[-1]) if victim == "gunicorn" else pids[-1]


def _change_process(platform: Platform) -> int | None:
    """The holder of the lease of changes: node, pid and start of the process."""
    rows = platform.rows("SELECT owner FROM lease WHERE name = 'module-change'")
    parts = rows[0].owner.split("|") if rows else []
    return int(parts[1]) if len(parts) == 3 and Path(f"/proc/{parts[1]}").exists() else None


def _parent_of(pid: int) -> int | None:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def _progress(platform: Platform, change: int) -> tuple[set[str], str]:
    row = platform.rows("SELECT steps, state FROM module_change WHERE id = :change", change=change)[0]
    steps = json.loads(row.steps) if isinstance(row.steps, str) else row.steps or []
    return {step["step"] for step in steps}, row.state
