# SPDX-License-Identifier: Apache-2.0
"""What modules hand over to be called later (jobs, health checks and the like), guarded like their hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dialog_core.hookspecs import HookKind, HookTerms
from dialog_core.modules.calls.breakers import Breaker, Pause
from dialog_core.modules.calls.implementation import Implementation
from dialog_core.modules.calls.relay import RESTING, HookFailed, HookResting, call_one

T = TypeVar("T")


class HandedOver(Implementation):
    """A function that a module has handed over.

    Args:
        place: what it is, as incidents, timings and pauses name it: `job import`; at most 60 characters.
        budget, limit: seconds as those of hooks, see `HookTerms`.
    """

    __slots__ = ()

    def __init__(self, module: str, place: str, *, budget: float, limit: float) -> None:
        terms = HookTerms(HookKind.FIRST, "0.1", budget, limit=limit)
        super().__init__(module, place[:60], _run, ("function",), terms)
        self.place = place
        self.breaker = HangBreaker(self.timing)

    def check(self, result: Any) -> None:
        """Let every answer pass: whoever calls knows what it has to be."""

    def call(self, function: Callable[[], T]) -> T:
        """Call it and return its answer.

        Raises:
            HookResting: it was not called, because it hung a while ago.
            HookFailed: it raised something (`reason` names the kind) or took too long; that is recorded already.
        """
        reasons: list[str] = []

        def noting() -> T:
            try:
                return function()
            except BaseException as error:
                reasons.append(type(error).__name__)
                raise

        answers: list[T] = []
        answer = call_one(self, {"function": lambda: answers.append(noting())})
        if answer is RESTING:
            raise HookResting(self.module, self.hook)
        if answer is not None:
            raise HookFailed(self.module, self.hook, *reasons[:1])
        return answers[0]

    def is_resting(self) -> bool:
        """Whether it would not be called now."""
        return self.breaker.is_open and self.breaker.resting_seconds() > 0


class HangBreaker(Breaker):
    """Opens when a call does not come back in time.

    A failure is no reason: a job fails for as long as a server elsewhere is down, and a health check that raises has
    found out what it was asked for. Nobody may be switched off for that.
    """

    def failed(self, *, at_once: bool = False) -> Pause | None:
        """Note a failure; return the pause when it begins one."""
        return super().failed(at_once=at_once) if at_once or self.is_open else None


def _run(function: Callable[[], None]) -> None:
    function()
