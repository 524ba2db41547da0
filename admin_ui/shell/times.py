# SPDX-License-Identifier: Apache-2.0
"""Times and sizes as people read them, in their language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_time,
    format_timedelta,
    get_locale,
    gettext,
    to_user_timezone,
)

from dialog_core.plugin import now

_RECENT = timedelta(hours=23)


def ago(at: datetime | None) -> str:
    """Return how long ago it was when that is less than a day, else the day."""
    if at is None:
        return str(gettext("never"))
    passed = now() - at
    if timedelta(seconds=-60) <= passed < timedelta(seconds=60):
        return str(gettext("just now"))
    if timedelta(0) <= passed < _RECENT:
        return str(format_timedelta(-passed, granularity="minute", add_direction=True))
    if timedelta(0) > passed > -_RECENT * 4:
        return str(format_timedelta(-passed, granularity="minute", add_direction=True))
    return short_time(at)


def short_time(at: datetime) -> str:
    """Return the time for today, day and time for this year, else the date."""
    local, today = to_user_timezone(at), to_user_timezone(now())
    if local.date() == today.date():
        return str(format_time(at, "short"))
    if local.year == today.year:
        pattern = "d MMM, HH:mm" if _is_russian() else "MMM d, HH:mm"
        return str(format_datetime(at, pattern))
    return str(format_date(at, "medium"))


def full_time(at: datetime) -> str:
    """Return date and time in full, with the zone."""
    return str(format_datetime(at, "d MMMM y, HH:mm:ss z" if _is_russian() else "MMMM d, y, HH:mm:ss z"))


def file_size(size: int) -> str:
    """Return a size in bytes as people read it."""
    value = float(size)
    units = ("Б", "КБ", "МБ", "ГБ") if _is_russian() else ("B", "KB", "MB", "GB")
    for unit in units[:-1]:
        if value < 1024:
            return f"{format_decimal(value, '0' if unit == units[0] else '0.0')} {unit}"
        value /= 1024
    return f"{format_decimal(value, '0.0')} {units[-1]}"


def _is_russian() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "ru"
