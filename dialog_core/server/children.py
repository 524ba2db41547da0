# SPDX-License-Identifier: Apache-2.0
"""Children of a parent process: started, restarted with backoff when they die, ended with all they started."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from dialog_core.server.forked import Adopted, Forked, may_fork
from dialog_core.server.parent_death import PARENT_VARIABLE

log = logging.getLogger("dialog.server")
FIRST_DELAY = 0.3
MAX_DELAY = 30.0
LIVED_WELL = 60.0
LOOP_DEATHS = 5
LOOP_WITHIN = 300.0
STOP_SECONDS = 10.0


def python_module(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of the platform with this Python."""
    return [sys.executable, "-m", module, *arguments]


class Child:
    """One child process, kept alive by `keep` until `stop`.

    Args:
        command: how it is started from scratch.
        main: what it does; with it the child is forked where that is sound, which is quicker.
        gives_up: stop restarting it after five deaths within five minutes (for code that is not ours).
        own_group: make it the leader of a process group that ends as a whole.
        before_kill: called with its pid before it is killed.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, main: Callable[[], int] | None = None,
        environ: Mapping[str, str] | None = None, pass_fds: Sequence[int] = (), gives_up: bool = False,
        own_group: bool = False, before_kill: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self._command = list(command)
        self._main = main
        self._environ = dict(environ or {})
        self._pass_fds = tuple(pass_fds)
        self._gives_up = gives_up
        self._own_group = own_group
        self._before_kill = before_kill
        self._process: subprocess.Popen[bytes] | Adopted | None = None
        self._started = 0.0
        self._start_at = 0.0
        self._delay = FIRST_DELAY
        self._deaths: deque[float] = deque(maxlen=LOOP_DEATHS)
        self._stop_by: float | None = None
        self.has_given_up = False

    @property
    def pid(self) -> int | None:
        """Process id while it lives."""
        return self._process.pid if self.is_alive() and self._process else None

    def is_alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What the last run ended with; None while it lives or before it was ever started."""
        return self._process.poll() if self._process is not None else None

    def start(self) -> None:
        """Start it now. Call this from the main thread: the child ends with the thread that started it."""
        environ = {**self._environ, PARENT_VARIABLE: str(os.getpid())}
        self._stop_by = None
        self._started = time.monotonic()
        if self._main is not None and may_fork():
            self._process = Forked(self._main, environ=environ, own_group=self._own_group)
            return
        self._process = subprocess.Popen(
            self._command, env={**os.environ, **environ}, pass_fds=self._pass_fds, stdin=subprocess.DEVNULL,
            process_group=0 if self._own_group else None,
        )  # fmt: skip

    def adopt(self, pid: int) -> None:
        """Take over a child of this process that was started before it became what it is."""
        self._process = Adopted(pid)
        self._started = time.monotonic()

    def keep(self) -> bool:
        """Start it again when it has died and its pause is over; call this every second or more often.

        Returns:
            False when it died so often that it is given up.
        """
        if self.has_given_up or self.is_alive() or self._stop_by is not None:
            return not self.has_given_up
        if self._process is not None:
            self._end_group()
            code, self._process = self._process.returncode, None
            if self._gives_up_after(code):
                return False
        if time.monotonic() >= self._start_at:
            self.start()
        return True

    def _gives_up_after(self, code: int | None) -> bool:
        """Note a death, and when to start again; tell whether it was one too many."""
        at = time.monotonic()
        self._deaths.append(at)
        if self._gives_up and len(self._deaths) == LOOP_DEATHS and at - self._deaths[0] < LOOP_WITHIN:
            self.has_given_up = True
            log.error("%s ended %d times within %d s: given up", self.name, LOOP_DEATHS, LOOP_WITHIN)
            return True
        if at - self._started > LIVED_WELL:
            self._delay = FIRST_DELAY
        self._start_at = at + self._delay
        log.warning("%s ended (%s), started again in %.1f s", self.name, describe_exit(code), self._delay)
        self._delay = min(MAX_DELAY, self._delay * 2)
        return False

    def try_again(self) -> None:
        """Begin anew after it was given up."""
        self.has_given_up = False
        self._deaths.clear()
        self._delay, self._start_at = FIRST_DELAY, 0.0

    def ask_to_stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Send SIGTERM, and remember when patience ends."""
        if self._stop_by is None:
            self._stop_by = time.monotonic() + seconds
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def has_stopped(self) -> bool:
        """Whether it has ended after `ask_to_stop`; kills it when its time is over."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            if self._stop_by is not None and time.monotonic() >= self._stop_by:
                log.warning("%s did not end in time: killed", self.name)
                self.kill()
            return False
        self._end_group()
        return True

    def kill(self) -> None:
        """End it at once, with everything in its group."""
        if self._process is not None:
            if self._before_kill is not None:
                self._before_kill(self._process.pid)
            self._process.kill()
            self._end_group()

    def _end_group(self) -> None:
        if self._own_group and self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def stop_all(children: Sequence[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Stop children side by side; those that take longer than `seconds` are killed."""
    for child in children:
        child.ask_to_stop(seconds=seconds)
    waiting = list(children)
    while waiting := [child for child in waiting if not child.has_stopped()]:
        time.sleep(0.02)


def describe_exit(code: int | None) -> str:
    """Say in words how a process ended."""
    if code is None or code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
