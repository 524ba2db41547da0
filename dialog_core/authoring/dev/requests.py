# SPDX-License-Identifier: Apache-2.0
"""What one request costs: calls of hooks and statements to the database, counted while it is served."""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from dialog_core.authoring.dev.calls import HookCall

REMEMBERED = 8


@dataclass(slots=True)
class CallsOf:
    """The calls of one hook of one module in a request; times in seconds."""

    module: str
    hook: str
    count: int = 0
    seconds: float = 0.0
    budget: float = 0.0
    is_slow: bool = False
    error: str = ""
    trace: str = ""


@dataclass(slots=True)
class Measured:
    """One request; `seconds` is None while it lasts."""

    method: str
    path: str
    begun: float = field(default_factory=perf_counter)
    calls: list[HookCall] = field(default_factory=list)
    statements: int = 0
    sql_seconds: float = 0.0
    status: int = 0
    seconds: float = 0.0

    @property
    def hook_seconds(self) -> float:
        """Return how long hooks took together."""
        return sum(call.seconds for call in self.calls)

    @property
    def failures(self) -> int:
        """Return how many calls failed."""
        return sum(bool(call.error) for call in self.calls)

    def grouped(self, first: str) -> list[CallsOf]:
        """Return the calls by module and hook, those of the module `first` before the others, slowest first."""
        found: dict[tuple[str, str], CallsOf] = {}
        for call in self.calls:
            group = found.setdefault((call.module, call.hook), CallsOf(call.module, call.hook, budget=call.budget))
            group.count += 1
            group.seconds += call.seconds
            group.is_slow |= call.is_slow
            if call.error:
                group.error, group.trace = call.error, call.trace
        return sorted(found.values(), key=lambda group: (group.module != first, -group.seconds))

    def end(self, status: int) -> None:
        """Note that the answer is made."""
        self.status = status
        self.seconds = perf_counter() - self.begun


_current: ContextVar[Measured | None] = ContextVar("dialog_dev_request", default=None)


class Requests:
    """The requests of this process: the one of this thread, and the last ones that brought no page."""

    def __init__(self) -> None:
        self._before: deque[Measured] = deque(maxlen=REMEMBERED)

    def begin(self, method: str, path: str) -> Measured:
        """Begin to count in this thread."""
        found = Measured(method, path)
        _current.set(found)
        return found

    def current(self) -> Measured | None:
        """Return the request of this thread."""
        return _current.get()

    def forget(self) -> None:
        """Count nothing more in this thread."""
        _current.set(None)

    def remember(self, ended: Measured) -> None:
        """Keep a request until the next page shows it."""
        self._before.append(ended)

    def take_before(self) -> list[Measured]:
        """Return the requests since the last page, oldest first, and forget them."""
        found = []
        while self._before:
            found.append(self._before.popleft())
        return found


def count_call(call: HookCall) -> None:
    """Count a call for the request of this thread, if there is one."""
    here = _current.get()
    if here is not None:
        here.calls.append(call)


def count_statements(engine: Engine) -> None:
    """Count what is sent to the database for the request of the thread that sends it."""

    # Given are connection, cursor, statement, parameters, context and whether there are many.
    @event.listens_for(engine, "before_cursor_execute")
    def before(*given: Any) -> None:
        given[4].dialog_begun = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(*given: Any) -> None:
        here = _current.get()
        if here is not None:
            here.statements += 1
            here.sql_seconds += perf_counter() - given[4].dialog_begun
