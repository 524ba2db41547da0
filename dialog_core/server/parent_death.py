# SPDX-License-Identifier: Apache-2.0
"""End with one's parent: a process that was started by another must not outlive it, even after a kill -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT_VARIABLE = "DIALOG_PARENT_PID"
_PR_SET_PDEATHSIG = 1


def end_with_parent(*, at_once: bool = False) -> None:
    """Let the kernel end this process when its parent ends; does nothing for one started by hand.

    The parent passes its pid in the environment, so that one that died in the meantime is noticed, too.

    Args:
        at_once: by SIGKILL, where a successor of the parent may start the same work in the next moment.
    """
    expected = os.environ.pop(PARENT_VARIABLE, "")
    if not expected.isdigit():
        return
    request_death_signal(signal.SIGKILL if at_once else signal.SIGTERM)
    if os.getppid() != int(expected):
        sys.exit("the parent of this process has ended")


def request_death_signal(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for a signal at the end of the thread that started this process (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
