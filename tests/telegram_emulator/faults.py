# SPDX-License-Identifier: Apache-2.0
"""Failures on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

ACTIONS = ("error", "drop", "lose_answer", "slow", "page")


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls of a method.

    Attributes:
        method: its name, or "*".
        action: `error` answers with `code`; `drop` closes the connection and does nothing; `lose_answer` does it and
            closes; `slow` waits `seconds` first; `page` answers with an HTML page and status `code`, as a proxy does.
        chat: only calls for this chat.
    """

    method: str = "*"
    action: str = "error"
    times: int = 1
    code: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    chat: int | None = None

    def __post_init__(self) -> None:
        """Refuse a misspelt action: it would never happen and the test would pass."""
        if self.action not in ACTIONS:
            raise ValueError(f"the action is one of {', '.join(ACTIONS)}, not {self.action}")


class Faults:
    """The faults that wait for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let it happen after the earlier ones."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, chat: Any) -> Fault | None:
        """Return what happens to this call, and count it."""
        with self._lock:
            for fault in self._waiting:
                if fault.method in {"*", method} and (fault.chat is None or str(fault.chat) == str(chat)):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None
