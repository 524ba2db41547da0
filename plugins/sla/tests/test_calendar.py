# SPDX-License-Identifier: Apache-2.0
"""Working time, with changes of the clock and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_sla.calendar import Calendar, NoWorkingTime

HOUR = 3600.0
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other tests may run beside this one
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(BERLIN, frozenset(range(5)), 9 * 60, 18 * 60, frozenset({date(2026, 5, 1)}))
ALL_DAY = Calendar(BERLIN, frozenset(range(7)), 0, 24 * 60)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-04-27 09:00", 4, "2026-04-27 13:00"),
        ("2026-04-27 16:00", 4, "2026-04-28 11:00"),  # over the night
        ("2026-04-30 17:00", 2, "2026-05-04 10:00"),  # over a holiday and a week-end
        ("2026-05-02 12:00", 1, "2026-05-04 10:00"),  # begun on a Saturday
        ("2026-04-27 07:00", 9, "2026-04-27 18:00"),  # exactly to the end of a day
        ("2026-04-27 23:30", 0.5, "2026-04-28 09:30"),
    ],
)
def test_deadlines_of_an_office(start: str, hours: float, due: str) -> None:
    assert OFFICE.due(berlin(start), hours * HOUR) == berlin(due)
    assert OFFICE.worked(berlin(start), berlin(due)) == pytest.approx(hours * HOUR)


def test_a_day_on_which_the_clock_changes_has_23_or_25_hours() -> None:
    assert ALL_DAY.worked(berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == 23 * HOUR
    assert ALL_DAY.worked(berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00")) == 25 * HOUR
    assert ALL_DAY.due(berlin("2026-03-29 00:00"), 23 * HOUR) == berlin("2026-03-30 00:00")


def test_an_opening_that_the_clock_skips_counts_from_the_change() -> None:
    early = Calendar(BERLIN, frozenset(range(7)), 2 * 60 + 30, 4 * 60)
    assert early.worked(berlin("2026-03-29 00:00"), berlin("2026-03-29 12:00")) <= 1.5 * HOUR
    assert early.worked(berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) >= 1.5 * HOUR


@pytest.mark.parametrize("days", [frozenset(), frozenset({9})])
def test_a_calendar_without_working_time_says_so(days: frozenset[int]) -> None:
    empty = Calendar(BERLIN, days, 0, 60)
    with pytest.raises(NoWorkingTime):
        empty.due(berlin("2026-04-27 09:00"), 1)
    assert empty.worked(berlin("2026-04-27 09:00"), berlin("2026-05-27 09:00")) == 0


moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=40))
calendars = st.builds(
    Calendar,
    st.sampled_from([BERLIN, ZoneInfo("Asia/Yekaterinburg"), ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 11 * 60),
    st.integers(12 * 60, 24 * 60),
    st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=5),
)


@UNHURRIED
@given(calendars, moments, st.floats(0, 400 * HOUR))
def test_what_is_worked_until_the_deadline_is_the_goal(calendar: Calendar, start: datetime, seconds: float) -> None:
    due = calendar.due(start, seconds)
    assert due >= start
    assert calendar.worked(start, due) == pytest.approx(seconds, abs=0.01)


@UNHURRIED
@given(
    calendars, moments, st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(days=9))
)
def test_working_time_adds_up_and_never_exceeds_the_time(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = calendar.worked(start, end)
    assert whole == pytest.approx(calendar.worked(start, middle) + calendar.worked(middle, end), abs=0.01)
    assert 0 <= whole <= (end - start).total_seconds() + 0.01


@UNHURRIED
@given(calendars, moments)
def test_nothing_is_worked_backwards(calendar: Calendar, start: datetime) -> None:
    assert calendar.worked(start, start - timedelta(days=1)) == 0
