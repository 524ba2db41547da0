# SPDX-License-Identifier: Apache-2.0
"""Tell a customer the deadline together with the registration number, when an administrator wants that."""

from __future__ import annotations

from dialog_core.plugin import CustomerNotice
from dialog_sla.calendar import NoWorkingTime
from dialog_sla.settings import policy

_LINES = {"ru": "Решим до %s.", "en": "We intend to solve it by %s."}


def with_deadline(text: str, notice: CustomerNotice) -> str:
    """Add the deadline to a notice of registration, in the calendar's time zone."""
    now_policy = policy()
    goal = now_policy.goals.get(notice.kind)
    if notice.occasion != "opened" or goal is None or not now_policy.tell_customer:
        return text
    try:
        due = now_policy.calendar.due(notice.opened_at, goal)
    except NoWorkingTime:
        return text
    line = _LINES.get(notice.language, _LINES["en"])
    return f"{text}\n{line % due.astimezone(now_policy.calendar.zone).strftime('%d.%m.%Y %H:%M')}"
