# SPDX-License-Identifier: Apache-2.0
"""End with one's parent: a process that was started by another must not outlive it, even after a kill -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT_VARIABLE = "DIALOG_PARENT_PID"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let the kernel send SIGTERM to this process when its parent ends; does nothing for one started by hand.

    The parent passes its pid in the environment, so that one that died in the meantime is noticed, too.
    """
    expected = os.environ.pop(PARENT_VARIABLE, "")
    if not expected.isdigit():
        return
    request_death_signal()
    if os.getppid() != int(expected):
        sys.exit("the parent of this process has ended")


def request_death_signal() -> None:
    """Ask the kernel for SIGTERM at the end of the thread that started this process (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
