# SPDX-License-Identifier: Apache-2.0
"""Which newer version a policy allows, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from dialog_core.errors import WrongValue
from dialog_core.modules.updates.versions import Policy, choose_version
from dialog_core.modules.updates.windows import Window, checked_window, window_from_json

AVAILABLE = ["0.9", "1.4.1", "1.4.2", "1.4.10", "1.5.0", "1.10.0", "1.11.0rc1", "2.0.0", "1!1.4.99", "broken"]


@pytest.mark.parametrize(
    ("installed", "policy", "chosen"),
    [
        ("1.4.1", Policy.OFF, None),
        ("1.4.1", Policy.PATCH, "1.4.10"),
        ("1.4.1", Policy.MINOR, "1.10.0"),
        ("1.10.0", Policy.MINOR, None),
        ("1.10.0", Policy.PATCH, None),
        ("2.0.0", Policy.MINOR, None),
        ("0.9", Policy.MINOR, None),
        ("1.11.0rc0", Policy.MINOR, None),
        ("nonsense", Policy.MINOR, None),
    ],
)
def test_the_policy_decides(installed: str, policy: Policy, chosen: str | None) -> None:
    assert choose_version(installed, AVAILABLE, policy) == chosen


def test_below_one_the_second_number_is_what_breaks() -> None:
    assert choose_version("0.4.1", ["0.4.2", "0.5.0"], Policy.MINOR) == "0.4.2"


numbers = st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 12)).map(lambda n: ".".join(map(str, n)))


# How quickly a busy machine draws examples says nothing about the rule.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(numbers, st.lists(numbers, max_size=12), st.sampled_from([Policy.PATCH, Policy.MINOR]))
def test_what_is_chosen_is_newer_and_within_the_policy(installed: str, available: list[str], policy: Policy) -> None:
    chosen = choose_version(installed, available, policy)
    old = Version(installed)
    if chosen is not None:
        new = Version(chosen)
        assert new > old
        assert new.major == old.major
        assert policy is Policy.MINOR or new.minor == old.minor
    in_patch = [v for v in available if Version(v).release[:2] == old.release[:2] and Version(v) > old]
    assert bool(in_patch) <= (chosen is not None)


MONDAY_NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 02:30 on Tuesday in Moscow


@pytest.mark.parametrize(
    ("window", "zone", "is_open"),
    [
        (Window(), "Europe/Moscow", True),
        (Window(), "UTC", False),
        (Window(days=(1,)), "Europe/Moscow", True),
        (Window(days=(0,)), "Europe/Moscow", False),
        (Window((0,), "23:00", "05:00"), "Europe/Moscow", True),  # it began on Monday
        (Window((1,), "23:00", "05:00"), "Europe/Moscow", False),
        (Window((0,), "23:00", "05:00"), "UTC", True),
        (Window((0,), "23:30", "23:31"), "UTC", True),
        (Window((0,), "23:00", "23:30"), "UTC", False),
    ],
)
def test_the_window_is_of_the_installations_day(window: Window, zone: str, is_open: bool) -> None:
    assert window.is_open(MONDAY_NIGHT, zone) is is_open


def test_a_window_is_kept_as_it_is() -> None:
    window = checked_window(days=[6, 5, 5], start="22:00", end="04:00")
    assert window == Window((5, 6), "22:00", "04:00")
    assert window_from_json(window.as_json()) == window
    assert window_from_json({}) == Window()


@pytest.mark.parametrize(
    ("field", "days", "start", "end"),
    [
        ("days", [], "02:00", "05:00"),
        ("days", [7], "02:00", "05:00"),
        ("start", [1], "2:00", "05:00"),
        ("start", [1], "24:00", "05:00"),
        ("end", [1], "02:00", "x"),
        ("end", [1], "02:00", "02:00"),
    ],
)
def test_a_window_that_cannot_be_is_refused(field: str, days: list[int], start: str, end: str) -> None:
    with pytest.raises(WrongValue) as refused:
        checked_window(days=days, start=start, end=end)
    assert refused.value.field == field
