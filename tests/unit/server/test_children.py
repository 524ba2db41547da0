# SPDX-License-Identifier: Apache-2.0
"""Children: kept alive with growing pauses, given up after a crash loop, ended with all they started."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dialog_core.jobs import started_at
from dialog_core.server import children
from dialog_core.server.children import Child, stop_all

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); open(__import__('sys').argv[1], 'w'); time.sleep(60)"
)
PARENT = (
    "import subprocess, sys, time;"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open(sys.argv[1], 'w').write(str(p.pid)); time.sleep(60)"
)


def test_a_child_that_dies_is_started_again_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_DELAY", 0.1)
    child = Child("brief", [sys.executable, "-c", "raise SystemExit(3)"])
    starts: list[float] = []
    child.start()
    until = time.monotonic() + 30
    last: int | None = None
    while len(starts) < 4 and time.monotonic() < until:
        assert child.keep()
        pid = child.pid
        if pid is not None and pid != last:
            starts.append(time.monotonic())
            last = pid
        time.sleep(0.005)
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert len(starts) == 4
    assert pauses[-1] > 2 * children.FIRST_DELAY
    stop_all([child])


def test_a_crash_loop_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "MAX_DELAY", 0.01)
    monkeypatch.setattr(children, "FIRST_DELAY", 0.01)
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"], gives_up=True)
    until = time.monotonic() + 60
    while child.keep():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert child.has_given_up
    assert not child.is_alive()
    assert not child.keep()


def test_a_child_that_does_not_heed_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "up"
    child = Child("stubborn", [sys.executable, "-c", STUBBORN, str(mark)])
    child.start()
    _wait_for(mark)
    begin = time.monotonic()
    stop_all([child], seconds=0.5)
    assert 0.5 <= time.monotonic() - begin < 10
    assert not child.is_alive()
    assert child.exit_code == -9


def test_what_a_child_started_ends_with_its_group(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    child = Child("parent", [sys.executable, "-c", PARENT, str(mark)], own_group=True)
    child.start()
    _wait_for(mark)
    grandchild = int(mark.read_text())
    assert started_at(grandchild) != "0"
    stop_all([child])
    until = time.monotonic() + 10
    while started_at(grandchild) != "0":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_stopped_child_stays_stopped() -> None:
    child = Child("sleeper", [sys.executable, "-c", SLEEPER])
    child.start()
    assert child.pid is not None
    child.ask_to_stop()
    while not child.has_stopped():
        time.sleep(0.01)
    assert child.keep()
    assert not child.is_alive()
    assert children.describe_exit(child.exit_code) == "SIGTERM"


def test_a_forked_child_runs_a_function_of_this_process(tmp_path: Path) -> None:
    """Forked in a process of one thread, which this one need not be."""
    program = f"""
import os, sys, time
from dialog_core.server.children import Child, stop_all
def main():
    open({str(tmp_path / "forked")!r}, "w").write(os.environ["GREETING"] + " " + str(os.getpgrp() == os.getpid()))
    time.sleep(60)
    return 0
child = Child("forked", ["/bin/false"], main=main, environ={{"GREETING": "hello"}}, own_group=True)
child.start()
while not os.path.exists({str(tmp_path / "forked")!r}) or not open({str(tmp_path / "forked")!r}).read():
    time.sleep(0.01)
assert child.is_alive()
child.kill()
while child.is_alive():
    time.sleep(0.01)
assert child.exit_code == -9, child.exit_code
child.keep()
stop_all([child])
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], check=False)
    assert done.returncode == 0
    assert (tmp_path / "forked").read_text() == "hello True"


def _wait_for(mark: Path) -> None:
    until = time.monotonic() + 30
    while not mark.exists() or (mark.name == "pid" and not mark.read_text()):
        assert time.monotonic() < until
        time.sleep(0.01)
