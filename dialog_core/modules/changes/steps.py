# SPDX-License-Identifier: Apache-2.0
"""Progress of a change, written where the one who asked can see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.errors import DialogError
from dialog_core.modules.changes.requests import ENDED
from dialog_core.modules.models import ModuleChange


class NotOurs(Exception):
    """Another process makes this change now: this one was away for longer than its lease lasts."""


class Step:
    """One step; `text` is what there is to say about it."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self.name = name
        self.text = ""

    def say(self, text: str) -> None:
        """Tell at once how it goes."""
        self.text = text
        self._progress.tell(self.name, "running", text)


class Progress:
    """The steps of one change; `touched` is set once the database of modules may have been changed.

    Args:
        is_ours: whether this process still is the one that makes the change; asked before each step.
    """

    def __init__(self, change: int, is_ours: Callable[[], bool] = lambda: True) -> None:
        self._change = change
        self._is_ours = is_ours
        self._running: str | None = None
        self.touched = False

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Run one step: shown as running, then as done.

        Raises:
            NotOurs: another process makes the change now.
        """
        if not self._is_ours():
            raise NotOurs
        step = Step(self, name)
        self._running = name
        self.tell(name, "running", "")
        yield step
        self.tell(name, "done", step.text)
        self._running = None

    def fail(self, error: DialogError) -> None:
        """Show the running step as failed; the message can be translated by whoever shows it."""
        values = {name: str(value) for name, value in error.values.items()}
        self.tell(self._running or "converge", "failed", str(error), message=error.message, values=values)

    def tell(self, name: str, state: str, text: str, **more: Any) -> None:
        """Write the state of a step; a change that has ended, by whomever, stays as it is."""
        mine = (ModuleChange.id == self._change, ModuleChange.state.not_in(ENDED))
        with write() as session:
            steps = list(session.scalar(select(ModuleChange.steps).where(*mine)) or [])
            steps = [step for step in steps if step["step"] != name]
            steps.append({"step": name, "state": state, "at": now().isoformat(), "text": text, **more})
            session.execute(update(ModuleChange).where(*mine).values(steps=steps))
