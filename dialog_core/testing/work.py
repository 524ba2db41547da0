# SPDX-License-Identifier: Apache-2.0
"""Do in the test's own process, step by step, what job processes do by themselves."""

from __future__ import annotations

from collections.abc import Callable

from dialog_core import conversations, events
from dialog_core.jobs import module_steps
from dialog_core.modules import Hooks

MOST_TURNS = 2000
"""What is not done after so many turns never will be."""


def receive(hooks: Hooks) -> None:
    """Understand and route what waits in the inbox."""
    _drain("the inbox", lambda: conversations.process_next(hooks))


def tell(hooks: Hooks) -> None:
    """Tell the modules what happened."""
    _drain("telling modules of events", lambda: events.dispatch_next(hooks))


def deliver(hooks: Hooks) -> None:
    """Send what is due."""
    _drain("sending", lambda: conversations.send_next(hooks))


def everything(hooks: Hooks) -> None:
    """Do all kinds of work until none is due."""
    kinds: list[Callable[[], bool]] = [
        lambda: conversations.process_next(hooks),
        lambda: events.dispatch_next(hooks),
        lambda: conversations.fetch_next(hooks),
        lambda: conversations.send_next(hooks),
        *(step.run for step in module_steps(hooks)),
    ]
    _drain("the work", lambda: any([kind() for kind in kinds]))  # noqa: C419 - each has its turn


def _drain(what: str, turn: Callable[[], bool]) -> None:
    for _ in range(MOST_TURNS):
        if not turn():
            return
    raise AssertionError(
        f"{what} does not come to an end: something comes due again and again without the clock moving"
    )
