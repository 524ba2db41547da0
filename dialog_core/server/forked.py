# SPDX-License-Identifier: Apache-2.0
"""A child made by fork: it has everything imported already, which saves a second of processor time per process."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

STOPPING = (signal.SIGTERM, signal.SIGINT)


def may_fork() -> bool:
    """Whether a fork is sound here: another thread could hold a lock that the child would wait for in vain."""
    return threading.active_count() == 1


class Adopted:
    """A child of this process known by its pid, with those methods of `subprocess.Popen` that `Child` uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return what it ended with (negative for a signal), None while it lives."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Forked(Adopted):
    """A forked child.

    Args:
        main: what it does; it ends with what this returns.
        environ: variables that it has in addition.
        own_group: make it the leader of a process group.
    """

    def __init__(self, main: Callable[[], int], *, environ: Mapping[str, str], own_group: bool) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal that came between fork and reset would be taken for one of the parent's.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        gc.freeze()  # a collection would write to every page of memory that the child shares with its parent
        try:
            super().__init__(os.fork())
            if self.pid == 0:
                _be_child(main, environ, own_group)
            if own_group:
                with suppress(OSError):  # the child does the same; whoever comes second is told so
                    os.setpgid(self.pid, self.pid)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _be_child(main: Callable[[], int], environ: Mapping[str, str], own_group: bool) -> None:
    code = 1
    try:
        if own_group:
            os.setpgid(0, 0)
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.environ.update(environ)
        code = main()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
    except BaseException:
        logging.getLogger("dialog.server").exception("a child process failed")
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
