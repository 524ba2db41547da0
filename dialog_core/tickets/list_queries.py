# SPDX-License-Identifier: Apache-2.0
"""Lists of tickets: keyset pages in one statement, each branch of it a range of one index.

A list of several states (or of open and closed ones together) is the union of one branch per state: each branch reads
its newest rows from an index and stops, whatever the size of the table, and whatever the planner knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, or_, select, tuple_, union, union_all

from dialog_core.database import db
from dialog_core.errors import WrongValue
from dialog_core.fields import condition
from dialog_core.parties.models import Contact, Organisation
from dialog_core.staff import Actor
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.permissions import TICKET_READ
from dialog_core.tickets import search
from dialog_core.tickets.filters import LIMIT_MAX, Position, Sort, TicketFilters, read_cursor, write_cursor
from dialog_core.tickets.models import Ticket, TicketExecutor
from dialog_core.tickets.vocabulary import State

EXACT, BY_WORDS = 0, 1
FENCE = 10_000_000
"""A limit that limits nothing: a planner does not look into a subquery that has one."""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as lists show it; names are empty where there is no such party."""

    id: int
    number: str
    subject: str
    state: str
    outcome: str | None
    kind: str
    priority: int
    entitlement: str
    channel: str
    answer_on_its_way: bool
    opened_at: datetime
    activity_at: datetime
    organisation_id: int | None
    organisation_name: str
    contact_id: int | None
    contact_name: str
    responsible_id: int | None
    responsible_name: str
    team_id: int | None
    team_name: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the cursor of the next page, None on the last one."""

    rows: tuple[TicketRow, ...]
    next: str | None


_KEYS: dict[Sort, Any] = {Sort.NEWEST: Ticket.id, Sort.ACTIVITY: Ticket.activity_at, Sort.PRIORITY: Ticket.priority}
_COLUMNS = (
    Ticket.id,
    Ticket.number,
    Ticket.subject,
    Ticket.state,
    Ticket.outcome,
    Ticket.kind,
    Ticket.priority,
    Ticket.entitlement,
    Ticket.channel,
    Ticket.answer_on_its_way,
    Ticket.opened_at,
    Ticket.activity_at,
    Ticket.organisation_id,
    Organisation.name.label("organisation_name"),
    Ticket.contact_id,
    Contact.full_name.label("contact_name"),
    Ticket.responsible_id,
    Staff.name.label("responsible_name"),
    Ticket.team_id,
    Team.name.label("team_name"),
)


def ticket_list(
    actor: Actor,
    filters: TicketFilters = TicketFilters(),  # noqa: B008 - frozen
    *,
    sort: Sort = Sort.NEWEST,
    cursor: str | None = None,
    limit: int = 25,
) -> Page:
    """Return a page of tickets; what the text names exactly stands before what has its words.

    Raises:
        NotPermitted: the actor may not read tickets.
        WrongValue: the cursor belongs to another list, or the limit is not within 1 to 200.
    """
    actor.require(TICKET_READ)
    if not 1 <= limit <= LIMIT_MAX:
        raise WrongValue("limit", "Choose from 1 to %(most)s rows.", most=LIMIT_MAX)
    position = read_cursor(sort, cursor) if cursor else None
    statement = list_statement(actor, filters, sort=sort, position=position, limit=limit + 1)
    if statement is None:
        return Page((), None)
    found = db.session.execute(statement).all()
    rows = tuple(_row(values) for values in found[:limit])
    if len(found) <= limit:
        return Page(rows, None)
    last, rank = rows[-1], found[limit - 1].rank
    keys: dict[Sort, int | datetime] = {
        Sort.NEWEST: last.id,
        Sort.ACTIVITY: last.activity_at,
        Sort.PRIORITY: last.priority,
    }
    return Page(rows, write_cursor(sort, Position(rank, keys[sort], last.id)))


def list_statement(
    actor: Actor, filters: TicketFilters, *, sort: Sort, position: Position | None, limit: int
) -> Select[Any] | None:
    """Return the statement of a page, None when nothing can match it."""
    branches = _branches(actor, filters, sort=sort, position=position)
    if not branches:
        return None
    if len(branches) == 1:
        picked = _first(branches[0], sort, limit).subquery("picked")
    else:
        parts = [select(_first(branch, sort, limit).subquery(f"branch_{i}")) for i, branch in enumerate(branches)]
        joined = (union if filters.executor is not None else union_all)(*parts).subquery("branches")
        picked = select(joined).order_by(*_order(joined.c, sort)).limit(limit).subquery("picked")
    columns: tuple[Any, ...] = (*_COLUMNS, picked.c.rank)
    return (
        select(*columns)
        .select_from(picked)
        .join(Ticket, Ticket.id == picked.c.id)
        .outerjoin(Organisation, Organisation.id == Ticket.organisation_id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(Staff, Staff.id == Ticket.responsible_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .order_by(*_order(picked.c, sort))
    )


def _row(values: Any) -> TicketRow:
    *columns, _rank = values
    row = dict(zip(TicketRow.__slots__, columns, strict=True))
    for name in ("number", "organisation_name", "contact_name", "responsible_name", "team_name"):
        row[name] = row[name] or ""
    return TicketRow(**row)


def _order(columns: Any, sort: Sort) -> tuple[Any, ...]:
    keys = () if sort is Sort.NEWEST else (columns.key.desc(),)
    return (columns.rank, *keys, columns.id.desc())


def _first(branch: Select[Any], sort: Sort, limit: int) -> Select[Any]:
    columns = branch.selected_columns
    keys = () if sort is Sort.NEWEST else (columns["key"].desc(),)
    return branch.order_by(*keys, columns["id"].desc()).limit(limit)


def _branches(actor: Actor, filters: TicketFilters, *, sort: Sort, position: Position | None) -> list[Select[Any]]:
    common = _conditions(actor, filters)
    if filters.text.strip():
        return _search_branches(actor, filters, common, sort, position)
    if position is not None:
        common.append(_after(sort, position))
    return [
        _branch(BY_WORDS, sort, [*state, *executor, *common], is_few=_is_few(filters) and sort is not Sort.NEWEST)
        for state in _state_conditions(filters, sort)
        for executor in _executor_conditions(actor, filters)
    ]


def _branch(rank: int, sort: Sort, conditions: list[Any], *, is_few: bool = False) -> Select[Any]:
    """Select id, sort key and rank of what meets the conditions.

    `is_few` keeps the planner from walking an index in the wanted order through everybody's tickets to find those of
    one person: what the conditions leave is found first and sorted then.
    """
    key: Any = _KEYS[sort]
    label: Any = literal_column(str(rank)).label("rank")
    if not is_few:
        return select(Ticket.id.label("id"), key.label("key"), label).where(*conditions)
    few = select(Ticket.id.label("id"), key.label("key")).where(*conditions).limit(FENCE).subquery("few")
    return select(few.c.id, few.c.key, label)


def _state_conditions(filters: TicketFilters, sort: Sort) -> list[tuple[ColumnElement[bool], ...]]:
    """Return one condition per branch."""
    if filters.states:
        states = [s for s in dict.fromkeys(filters.states) if filters.is_open in {None, s is not State.CLOSED}]
        return [(Ticket.state == state.value, *_open_hint(filters, sort, state)) for state in states]
    wanted = (True, False) if filters.is_open is None else (filters.is_open,)
    return [(Ticket.is_open.is_(value),) for value in wanted]


def _open_hint(filters: TicketFilters, sort: Sort, state: State) -> tuple[ColumnElement[bool], ...]:
    """Repeat what the state implies where an index needs it; elsewhere it would lead away from the one by state."""
    return (Ticket.is_open.is_(state is not State.CLOSED),) if sort is not Sort.NEWEST or _is_few(filters) else ()


def _is_few(filters: TicketFilters) -> bool:
    """Tell whether a filter leaves a small part of the tickets, by an index that has `is_open` second."""
    by_party = (filters.responsible, filters.executor, filters.team_id, filters.organisation_id, filters.contact_id)
    return any(value is not None for value in (*by_party, filters.category_id))


def _executor_conditions(actor: Actor, filters: TicketFilters) -> list[list[ColumnElement[bool]]]:
    """Return how a branch reaches tickets of an executor: as the responsible one, and as a further one."""
    if filters.executor is None:
        return [[]]
    staff_id = actor.id if filters.executor == "me" else filters.executor
    return [[Ticket.responsible_id == staff_id], [Ticket.id.in_(_further(staff_id))]]


def _further(staff_id: int | None) -> Select[Any]:
    """Select the tickets of which somebody is a further executor; the limit has them listed before they are joined."""
    of_staff = select(TicketExecutor.ticket_id).where(TicketExecutor.staff_id == staff_id).limit(FENCE).subquery()
    return select(of_staff.c.ticket_id)


def _after(sort: Sort, position: Position) -> ColumnElement[bool]:
    if sort is Sort.NEWEST:
        return Ticket.id < position.id
    key = _KEYS[sort]
    return tuple_(key, Ticket.id) < tuple_(literal(position.key, key.type), literal(position.id))


def _conditions(actor: Actor, filters: TicketFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.priorities:
        one = len(filters.priorities) == 1
        found.append(
            Ticket.priority == filters.priorities[0] if one else Ticket.priority.in_(sorted(filters.priorities))
        )
    if filters.responsible == "none":
        found.append(Ticket.responsible_id.is_(None))
    elif filters.responsible is not None:
        found.append(Ticket.responsible_id == (actor.id if filters.responsible == "me" else filters.responsible))
    for column, value in (
        (Ticket.team_id, filters.team_id),
        (Ticket.organisation_id, filters.organisation_id),
        (Ticket.contact_id, filters.contact_id),
        (Ticket.category_id, filters.category_id),
        (Ticket.kind, filters.kind),
        (Ticket.channel, filters.channel),
    ):
        if value is not None:
            found.append(column == value)
    found += [condition(Ticket.id, one) for one in filters.fields]
    return found + _opened_conditions(filters)


def _opened_conditions(filters: TicketFilters) -> list[ColumnElement[bool]]:
    """Return the range of time, and with it the range of ids that the index by time knows: lists walk by id.

    The sum keeps SQLite from looking for the least id along the ids themselves.
    """
    found: list[ColumnElement[bool]] = []
    if filters.opened_after is not None:
        first = select(func.min(Ticket.id + 0)).where(Ticket.opened_at >= filters.opened_after)
        found += [Ticket.opened_at >= filters.opened_after, Ticket.id >= first.scalar_subquery()]
    if filters.opened_before is not None:
        last = select(func.max(Ticket.id + 0)).where(Ticket.opened_at < filters.opened_before)
        found += [Ticket.opened_at < filters.opened_before, Ticket.id <= last.scalar_subquery()]
    return found


def _search_branches(
    actor: Actor, filters: TicketFilters, common: list[ColumnElement[bool]], sort: Sort, position: Position | None
) -> list[Select[Any]]:
    question = search.understand(filters.text)
    if question.is_empty:
        return []
    common = [*common, *_filters_beside_text(actor, filters)]
    exact = search.exact_matches(question)
    by_words = Ticket.id.in_(search.text_matches(question, db.session.get_bind().dialect.name))
    ranks = {BY_WORDS: [by_words] if exact is None else [by_words, Ticket.id.not_in(exact)]}
    if exact is not None:
        ranks[EXACT] = [Ticket.id.in_(exact)]
    found: list[Select[Any]] = []
    for rank, conditions in sorted(ranks.items()):
        if position is not None and rank < position.rank:
            continue
        after = [_after(sort, position)] if position is not None and rank == position.rank else []
        found.append(_branch(rank, sort, [*conditions, *common, *after]))
    return found


def _filters_beside_text(actor: Actor, filters: TicketFilters) -> list[ColumnElement[bool]]:
    """Return states and executor as plain conditions: what the text matched is few."""
    found: list[ColumnElement[bool]] = []
    if filters.states:
        found.append(Ticket.state.in_([state.value for state in filters.states]))
    if filters.is_open is not None:
        found.append(Ticket.is_open.is_(filters.is_open))
    if filters.executor is not None:
        staff_id = actor.id if filters.executor == "me" else filters.executor
        found.append(or_(Ticket.responsible_id == staff_id, Ticket.id.in_(_further(staff_id))))
    return found
