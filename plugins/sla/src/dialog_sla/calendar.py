# SPDX-License-Identifier: Apache-2.0
"""Working time: pure arithmetic over days, hours, holidays and a time zone with its changes of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_DAYS = 3660
"""How far a deadline may lie ahead, in calendar days."""
MIDNIGHT = 24 * 60


class NoWorkingTime(Exception):
    """The calendar has not enough working time within ten years."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A business calendar.

    Attributes:
        days: working days, 0 is Monday.
        opens, closes: minutes after midnight, local time; 1440 is the end of the day.
        holidays: days without work.
    """

    zone: ZoneInfo
    days: frozenset[int]
    opens: int
    closes: int
    holidays: frozenset[date] = frozenset()

    def due(self, start: datetime, seconds: float) -> datetime:
        """Return when so much working time has passed since `start`; aware UTC.

        Raises:
            NoWorkingTime: it never passes within ten years.
        """
        left = seconds
        for begin, end in self._spans(start):
            length = (end - begin).total_seconds()
            if left <= length:
                return begin + timedelta(seconds=left)
            left -= length
        raise NoWorkingTime

    def worked(self, start: datetime, end: datetime) -> float:
        """Return the working time between two moments, in seconds; 0 when the end is not after the start."""
        passed = 0.0
        for begins, ends in self._spans(start):
            if begins >= end:
                break
            passed += (min(ends, end) - begins).total_seconds()
        return passed

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the spans of working time from a moment on, in UTC, where an hour is always an hour."""
        start = start.astimezone(UTC)
        first = start.astimezone(self.zone).date()
        for count in range(MOST_DAYS):
            day = first + timedelta(days=count)
            if day.weekday() not in self.days or day in self.holidays:
                continue
            begins, ends = max(start, self._moment(day, self.opens)), self._moment(day, self.closes)
            if begins < ends:
                yield begins, ends

    def _moment(self, day: date, minutes: int) -> datetime:
        """Return a local time of a day in UTC; one that the clock skips counts from after the change."""
        if minutes >= MIDNIGHT:
            day, minutes = day + timedelta(days=1), minutes - MIDNIGHT
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
        return local.astimezone(UTC)
