# SPDX-License-Identifier: Apache-2.0
"""The hours in which modules may be updated by themselves, in the time zone of the installation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialog_core.errors import WrongValue

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Window:
    """Days of the week (0 is Monday) and times like `02:00`; an end before the start lies on the next day."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: str = "02:00"
    end: str = "05:00"

    def is_open(self, at: datetime, timezone: str) -> bool:
        """Tell whether a moment lies in the window."""
        local = at.astimezone(ZoneInfo(timezone))
        time = f"{local:%H:%M}"
        if self.start < self.end:
            return local.weekday() in self.days and self.start <= time < self.end
        if time >= self.start:
            return local.weekday() in self.days
        return time < self.end and (local - timedelta(days=1)).weekday() in self.days

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"days": list(self.days), "start": self.start, "end": self.end}


def window_from_json(values: dict[str, Any]) -> Window:
    """Rebuild a window from `Window.as_json`; the usual one from nothing."""
    return Window(tuple(values["days"]), values["start"], values["end"]) if values else Window()


def checked_window(*, days: Sequence[int], start: str, end: str) -> Window:
    """Make a window of values from outside.

    Raises:
        WrongValue: field `days`, `start` or `end`.
    """
    if not days or any(day not in range(7) for day in days):
        raise WrongValue("days", "Choose at least one day of the week.")
    for field, value in (("start", start), ("end", end)):
        if not _TIME.fullmatch(value):
            raise WrongValue(field, "Enter a time like 02:00.")
    if start == end:
        raise WrongValue("end", "The end must be another time than the start.")
    return Window(tuple(sorted(set(days))), start, end)
