# SPDX-License-Identifier: Apache-2.0
"""A timeline as blocks of a page: days, things said, and runs of events folded into one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import format_date, gettext, to_user_timezone

from admin_ui.tickets_pages.sentences import Names, is_shown, sentence
from dialog_core.plugin import now, staff, tickets

FOLDED_FROM = 4
_CUSTOMER = frozenset({"request", "message"})


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    position: int
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the timeline; `type` says which of the other attributes is there."""

    type: str
    day: str = ""
    title: str = ""
    entry: tickets.EntryView | None = None
    side: str = ""
    lines: tuple[Line, ...] = ()
    is_folded: bool = False


def blocks(
    actor: staff.Actor, items: Iterable[tickets.TimelineItem], *, day: str = "", fold: bool = True
) -> list[Block]:
    """Return the blocks of timeline items.

    Args:
        day: the ISO date after whose heading these items follow; empty when there is none.
        fold: put long runs of events behind one line.
    """
    shown = [item for item in items if item.entry is not None or is_shown(item)]
    names = _names(actor, shown)
    found: list[Block] = []
    run: list[Line] = []
    for item in shown:
        today = to_user_timezone(item.at).date()
        if today.isoformat() != day:
            _flush(found, run, fold=fold)
            day = today.isoformat()
            found.append(Block("day", day=day, title=day_title(today)))
        if item.entry is None:
            run.append(Line(item.position, item.at, item.actor_name, sentence(item, names)))
            continue
        _flush(found, run, fold=fold)
        found.append(Block("entry", entry=item.entry, side=side_of(item.entry)))
    _flush(found, run, fold=fold)
    return found


def side_of(entry: tickets.EntryView) -> str:
    """Return whose words an entry is: `customer`, `staff` or `internal`."""
    if entry.kind == "note":
        return "internal"
    if entry.kind in _CUSTOMER or entry.author_kind == "contact":
        return "customer"
    return "internal" if entry.kind == "reason" else "staff"


def day_title(day: date) -> str:
    """Return how a day is called above what was said on it."""
    today = to_user_timezone(now()).date()
    if day == today:
        return str(gettext("Today"))
    if day == today - timedelta(days=1):
        return str(gettext("Yesterday"))
    return str(format_date(day, "d MMMM" if day.year == today.year else "long"))


def _flush(found: list[Block], run: list[Line], *, fold: bool) -> None:
    if run:
        found.append(Block("lines", lines=tuple(run), is_folded=fold and len(run) >= FOLDED_FROM))
        run.clear()


def _names(actor: staff.Actor, items: list[tickets.TimelineItem]) -> Names:
    """Read names only when an event mentions somebody by id."""
    after: list[dict[str, Any]] = [item.data.get("after") or {} for item in items if item.kind == "ticket_assigned"]
    if not after:
        return Names()
    has_teams = any(one.get("teams") for one in after)
    return Names(
        people={one.id: one.name for one in tickets.staff_choices(actor)},
        teams={one.id: one.name for one in tickets.team_choices(actor)} if has_teams else {},
    )
