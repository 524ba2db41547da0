# SPDX-License-Identifier: Apache-2.0
"""The clock of a test: it runs on from where it is put, or stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """What `dialog_core.plugin.now()` tells during a test; `platform.clock`."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._stands_at: datetime | None = None

    @property
    def now(self) -> datetime:
        """The time that the platform sees; aware UTC."""
        return self._stands_at or datetime.now(UTC) + self._ahead

    def advance(self, **by: float) -> datetime:
        """Let time pass at once, given as for `timedelta` (`hours=5`), and return what time it is then."""
        if self._stands_at is not None:
            self._stands_at += timedelta(**by)
        self._ahead += timedelta(**by)
        return self.now

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment.

        Raises:
            ValueError: the moment has no time zone.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone, for example datetime(2026, 1, 31, 9, tzinfo=UTC)")
        self._ahead = moment.astimezone(UTC) - datetime.now(UTC)
        if self._stands_at is not None:
            self._stands_at = moment.astimezone(UTC)

    def stop(self) -> None:
        """Let the clock stand until `advance` or `set` moves it."""
        self._stands_at = self.now
