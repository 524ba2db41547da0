# SPDX-License-Identifier: Apache-2.0
"""The watchdog: one thread per process that interrupts calls into modules which pass their hard limit.

A call must be hit while it runs and never after it has ended. Both sides settle that by `LEDGER.running.pop(thread)`:
whoever gets the call out owns its end. When the caller gets it, no interruption will come. When the watchdog gets it,
it interrupts under `_striking`, again and again until the call ends; the caller, which finds its call gone, takes the
same lock, says that the call has ended, and clears an interruption that has not arrived yet.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dialog_core.database import is_at_turns
from dialog_core.modules.calls.ledger import LEDGER, Call

if TYPE_CHECKING:
    from types import FrameType

    from dialog_core.modules.calls.implementation import Implementation

log = logging.getLogger("dialog.modules")
LOOK_SECONDS = 0.2
AGAIN_SECONDS = 0.5
GRACE_SECONDS = 3.0
"""A call that is interrupted and does not end for so long makes its process stuck."""


class Interrupted(BaseException):
    """The call took longer than its hard limit. No `Exception`, so that a careless `except` lets it through."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A call that does not end: the process has to be replaced.

    Attributes:
        stack: where its thread stood, as text.
    """

    item: Implementation
    seconds: float
    stack: str

    @property
    def problem(self) -> str:
        """Say it in one line."""
        return f"the module {self.item.module} does not come back from {self.item.hook}, for {self.seconds:.0f} s"


@dataclass(slots=True)
class _Strike:
    target: Call
    first: float
    last: float
    is_told: bool = False


_striking = threading.Lock()
_strikes: dict[int, _Strike] = {}
_stuck: Stuck | None = None
_tell: Callable[[Stuck], None] | None = None
_thread: threading.Thread | None = None
_start = threading.Lock()


def stuck_call() -> Stuck | None:
    """Return the call that makes this process stuck, None when all is well."""
    return _stuck


def tell_when_stuck(tell: Callable[[Stuck], None]) -> None:
    """Call `tell` once, from the watchdog's thread, when this process gets stuck."""
    global _tell  # noqa: PLW0603 - one watchdog per process
    _tell = tell


def settle(ident: int, mine: Call) -> bool:
    """End a call that was not in `LEDGER.running` any more; tell whether the watchdog had aimed at it.

    Call this from its own thread. Afterwards no interruption can come for this call, not even a late one.

    Raises:
        Interrupted: it aimed at a call around this one, whose end this is, too.
    """
    was_aimed_at = False
    while True:
        try:
            with _striking:
                strike = _strikes.get(ident)
                if strike is not None and strike.target is mine:
                    was_aimed_at = True
                    del _strikes[ident]
                elif strike is not None and not was_aimed_at:
                    break
                elif LEDGER.running.get(ident) is mine:  # it was taken by mistake and put back
                    del LEDGER.running[ident]
            if was_aimed_at:
                _interrupt(ident, None)
            return was_aimed_at
        except Interrupted:
            continue
    raise Interrupted


def is_aimed_at(ident: int) -> bool:
    """Tell whether a call of a thread is being interrupted."""
    return ident in _strikes


def watch() -> None:
    """Make sure that the watchdog of this process runs; every thread asks for it before its first call."""
    global _thread  # noqa: PLW0603 - one watchdog per process
    with _start:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="dialog-watchdog", daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            look(time.perf_counter())
        except Exception:
            log.exception("the watchdog stumbled")


def look(at: float) -> None:
    """Interrupt what has passed its limit; the watchdog does this five times a second."""
    for ident, call in list(LEDGER.running.items()):
        target = _expired(call, at)
        if target is not None:
            _aim(ident, target, at)
    for ident, strike in list(_strikes.items()):
        _strike_again(ident, strike, at)


def _expired(call: Call | None, at: float) -> Call | None:
    """Return the outermost call of a thread that has passed its limit."""
    found = None
    while call is not None:
        if at - call[0] > call[1].limit:
            found = call
        call = call[2]
    return found


def _aim(ident: int, target: Call, at: float) -> None:
    with _striking:
        if is_at_turns(ident):  # a moment, or until it is its turn: the next look finds it again
            return
        taken = LEDGER.running.pop(ident, None)
        if taken is None:
            return
        if not _is_within(taken, target):  # it has ended meanwhile, and its thread is in another call already
            LEDGER.running.setdefault(ident, taken)
            return
        _strikes[ident] = _Strike(target, at, at)
        _interrupt(ident, Interrupted)


def _is_within(call: Call | None, target: Call) -> bool:
    while call is not None:
        if call is target:
            return True
        call = call[2]
    return False


def _strike_again(ident: int, strike: _Strike, at: float) -> None:
    with _striking:
        if _strikes.get(ident) is not strike or at - strike.last < AGAIN_SECONDS or is_at_turns(ident):
            return
        frame = sys._current_frames().get(ident)
        if frame is None:  # the thread has ended with its call
            del _strikes[ident]
            return
        strike.last = at
        if frame.f_code.co_filename not in _OUR_FILES:  # else it has arrived, and the call is being ended
            _interrupt(ident, Interrupted)
        is_new = not strike.is_told and at - strike.first > GRACE_SECONDS
        strike.is_told = strike.is_told or is_new
    if is_new:
        _declare_stuck(strike.target, at, frame)


def _declare_stuck(call: Call, at: float, frame: FrameType) -> None:
    global _stuck  # noqa: PLW0603 - a stuck process stays so until it is replaced
    stack = "".join(traceback.format_stack(frame, limit=40))
    found = Stuck(call[1], at - call[0], stack)
    log.error("%s; this process has to be replaced", found.problem)
    if _stuck is None:
        _stuck = found
        if _tell is not None:
            _tell(found)


_OUR_FILES: Final = frozenset({__file__, __file__.replace("watchdog.py", "relay.py")})
_set_async: Final = ctypes.pythonapi.PyThreadState_SetAsyncExc
_set_async.argtypes = [ctypes.c_ulong, ctypes.c_void_p]


def _interrupt(ident: int, error: type[BaseException] | None) -> None:
    """Let an exception be raised in a thread as soon as it runs Python code; None takes it back."""
    _set_async(ident, None if error is None else id(error))


def _forget_parent() -> None:
    global _thread, _stuck, _tell, _striking, _start
    _strikes.clear()
    _thread, _stuck, _tell = None, None, None
    _striking, _start = threading.Lock(), threading.Lock()


os.register_at_fork(after_in_child=_forget_parent)
LEDGER.on_new_thread = watch
