# SPDX-License-Identifier: Apache-2.0
"""Lists, pages and timelines: right rows in few statements, whatever there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from dialog_core import clock, demo
from dialog_core.conversations.models import Attachment, Chat, Delivery
from dialog_core.database import db, write
from dialog_core.errors import NotFound, NotPermitted, WrongValue
from dialog_core.staff import Actor, ActorKind, system_actor
from dialog_core.staff.models import Staff
from dialog_core.tickets import (
    Kind,
    Sort,
    State,
    TicketFilters,
    category_choices,
    counts,
    entries,
    staff_choices,
    team_choices,
    ticket_by_id,
    ticket_by_number,
    ticket_id_of,
    ticket_list,
    timeline,
)
from dialog_core.tickets.models import Ticket, TicketExecutor, TicketLink

ACTOR = system_actor()
STRANGER = Actor(kind=ActorKind.STAFF, name="Nobody", id=1)
TICKETS = 240


@pytest.fixture
def desk(any_core: Flask) -> Flask:
    """Return the core with demonstration tickets."""
    demo.load(TICKETS, seed=7)
    return any_core


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent within the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def all_rows(filters: TicketFilters, sort: Sort = Sort.NEWEST, limit: int = 7) -> list[Any]:
    """Return the rows of all pages."""
    rows: list[Any] = []
    cursor = None
    while True:
        page = ticket_list(ACTOR, filters, sort=sort, cursor=cursor, limit=limit)
        assert len(page.rows) <= limit
        rows += page.rows
        cursor = page.next
        if cursor is None:
            return rows


def expected(condition: Callable[[Ticket], bool]) -> set[int]:
    """Return the ids of the tickets that meet a condition, the slow and certain way."""
    return {ticket.id for ticket in db.session.scalars(select(Ticket)) if condition(ticket)}


def executors_of(staff_id: int) -> set[int]:
    return set(db.session.scalars(select(TicketExecutor.ticket_id).where(TicketExecutor.staff_id == staff_id)))


def test_every_filter_gives_just_the_tickets_that_meet_it(desk: Flask) -> None:
    some = db.session.scalars(
        select(Ticket).where(Ticket.responsible_id.is_not(None), Ticket.team_id.is_not(None))
    ).first()
    assert some is not None
    person = some.responsible_id
    assert person is not None
    further = executors_of(person)
    middle = some.opened_at
    me = Actor(kind=ActorKind.STAFF, name="Me", id=person, permissions=frozenset({"ticket.read"}))
    cases: list[tuple[TicketFilters, Callable[[Ticket], bool]]] = [
        (TicketFilters(), lambda t: True),
        (TicketFilters(is_open=True), lambda t: t.is_open),
        (TicketFilters(is_open=False), lambda t: not t.is_open),
        (TicketFilters(states=(State.ANSWERED, State.CLOSED)), lambda t: t.state in {"answered", "closed"}),
        (TicketFilters(states=(State.ANSWERED, State.CLOSED), is_open=True), lambda t: t.state == "answered"),
        (TicketFilters(priorities=(3,)), lambda t: t.priority == 3),
        (TicketFilters(priorities=(4, 1)), lambda t: t.priority in {1, 4}),
        (TicketFilters(responsible="none"), lambda t: t.responsible_id is None),
        (TicketFilters(responsible=person), lambda t: t.responsible_id == person),
        (TicketFilters(executor=person), lambda t: t.responsible_id == person or t.id in further),
        (
            TicketFilters(executor=person, priorities=(2,), states=(State.CLOSED, State.ANSWERED)),
            lambda t: (
                (t.responsible_id == person or t.id in further)
                and t.priority == 2
                and t.state in {"closed", "answered"}
            ),
        ),
        (TicketFilters(team_id=some.team_id), lambda t: t.team_id == some.team_id),
        (TicketFilters(organisation_id=some.organisation_id), lambda t: t.organisation_id == some.organisation_id),
        (TicketFilters(contact_id=some.contact_id), lambda t: t.contact_id == some.contact_id),
        (TicketFilters(kind=Kind.OUTAGE), lambda t: t.kind == "outage"),
        (TicketFilters(category_id=some.category_id), lambda t: t.category_id == some.category_id),
        (TicketFilters(channel="api"), lambda t: t.channel == "api"),
        (TicketFilters(opened_after=middle), lambda t: t.opened_at >= middle),
        (TicketFilters(opened_before=middle), lambda t: t.opened_at < middle),
    ]
    for filters, condition in cases:
        wanted = expected(condition)
        assert wanted or filters.states == (State.ANSWERED, State.CLOSED), filters
        for sort in Sort:
            rows = all_rows(filters, sort)
            assert len(rows) == len(wanted), (filters, sort)
            assert {row.id for row in rows} == wanted, (filters, sort)
    assert all_rows(TicketFilters(responsible=person)) == list(
        ticket_list(me, TicketFilters(responsible="me"), limit=200).rows
    )
    assert all_rows(TicketFilters(executor=person)) == list(
        ticket_list(me, TicketFilters(executor="me"), limit=200).rows
    )


def test_each_order_is_kept_over_all_pages(desk: Flask) -> None:
    for filters in (TicketFilters(), TicketFilters(states=tuple(State)), TicketFilters(is_open=True)):
        newest = all_rows(filters)
        assert newest == sorted(newest, key=lambda row: -row.id)
        activity = all_rows(filters, Sort.ACTIVITY)
        assert activity == sorted(activity, key=lambda row: (row.activity_at, row.id), reverse=True)
        pressing = all_rows(filters, Sort.PRIORITY)
        assert pressing == sorted(pressing, key=lambda row: (-row.priority, -row.id))


def test_a_row_shows_names_and_an_empty_one_none(desk: Flask) -> None:
    ticket = db.session.scalars(
        select(Ticket).where(Ticket.responsible_id.is_not(None)).order_by(Ticket.id.desc())
    ).first()
    assert ticket is not None
    assert ticket.organisation is not None
    assert ticket.contact is not None
    assert ticket.responsible is not None
    row = next(row for row in all_rows(TicketFilters(responsible=ticket.responsible_id)) if row.id == ticket.id)
    assert (row.number, row.subject, row.organisation_name) == (ticket.number, ticket.subject, ticket.organisation.name)
    assert (row.contact_name, row.responsible_name) == (ticket.contact.full_name, ticket.responsible.name)
    assert row.opened_at.tzinfo is not None
    unassigned = all_rows(TicketFilters(responsible="none"))[0]
    assert unassigned.responsible_name == ""


@pytest.mark.parametrize("cursor", ["", "x", "%%", "bmV3ZXN0", "8J+YgA", "bmV3ZXN0fDF8MXwx" * 9, "\udcff"])
def test_a_cursor_that_is_none_is_a_wrong_value(any_core: Flask, cursor: str) -> None:
    if not cursor:
        assert ticket_list(ACTOR, cursor=cursor).rows == ()
        return
    with pytest.raises(WrongValue) as caught:
        ticket_list(ACTOR, cursor=cursor)
    assert caught.value.field == "cursor"


def test_a_cursor_belongs_to_its_order(desk: Flask) -> None:
    cursor = ticket_list(ACTOR, sort=Sort.PRIORITY, limit=5).next
    assert cursor is not None
    with pytest.raises(WrongValue):
        ticket_list(ACTOR, sort=Sort.ACTIVITY, cursor=cursor)


def test_limits_are_checked(any_core: Flask) -> None:
    for limit in (0, 201):
        with pytest.raises(WrongValue):
            ticket_list(ACTOR, limit=limit)
    with pytest.raises(WrongValue):
        timeline(ACTOR, 1, limit=501)


def test_everything_needs_the_permission_to_read(any_core: Flask) -> None:
    for read in (
        lambda: ticket_list(STRANGER),
        lambda: ticket_by_number(STRANGER, "1"),
        lambda: ticket_by_id(STRANGER, 1),
        lambda: ticket_id_of(STRANGER, "1"),
        lambda: timeline(STRANGER, 1),
        lambda: entries(STRANGER, 1),
        lambda: counts(STRANGER),
        lambda: staff_choices(STRANGER),
        lambda: team_choices(STRANGER),
        lambda: category_choices(STRANGER),
    ):
        with pytest.raises(NotPermitted):
            read()


def test_a_ticket_with_everything_around_it_in_four_statements(desk: Flask) -> None:
    ticket_id, number = _furnished()
    with statements() as sent:
        view = ticket_by_number(ACTOR, number)
    assert len(sent) == 4
    assert view == ticket_by_id(ACTOR, ticket_id)
    assert ticket_id_of(ACTOR, number) == ticket_id
    assert view.organisation is not None
    assert view.contact is not None
    assert view.contract is not None
    assert view.category is not None
    assert view.chat is not None
    assert view.chat.title == "Группа"
    assert view.contact.phones[0].startswith("+7 900 555-")
    assert view.contact.emails[0].endswith(".demo.example")
    assert view.contract.kinds == ()
    assert len(view.executors) == 2
    assert {(link.kind, link.is_outgoing) for link in view.links} == {("follow_up", True), ("related", False)}
    assert view.description
    _has_no_entities(view)


def test_a_bare_ticket_has_nothing_around_it(any_core: Flask) -> None:
    with write() as session:
        session.add(
            Ticket(
                number="7", subject="s", kind="outage", state="registered", priority=1, channel="web",
                opened_at=clock.now(), activity_at=clock.now(),
            )
        )  # fmt: skip
    view = ticket_by_number(ACTOR, "7")
    assert (view.organisation, view.contact, view.contract, view.responsible, view.links) == (None,) * 4 + ((),)
    assert (view.executors, view.description) == ((), "")
    for number in ("8", "", "7'", "7 "):
        with pytest.raises(NotFound):
            ticket_by_number(ACTOR, number)


def test_a_timeline_is_the_journal_with_its_entries(desk: Flask) -> None:
    ticket_id, _ = _furnished()
    with statements() as sent:
        found = timeline(ACTOR, ticket_id)
    assert len(sent) == 4
    assert [item.position for item in found.items] == list(range(1, len(found.items) + 1))
    assert (found.has_earlier, found.has_later) == (False, False)
    written = [item.entry for item in found.items if item.entry is not None]
    assert tuple(written) == entries(ACTOR, ticket_id)
    assert [item.kind for item in found.items if item.entry] == ["entry_added"] * 3
    assert written[0].kind == "request"
    assert [file.name for file in written[0].attachments] == ["снимок.png", "журнал.txt"]
    assert [way.state for way in written[0].deliveries] == ["queued"]
    assert written[0].deliveries[0].chat_title == "Группа"
    _has_no_entities(found)


def test_a_timeline_can_be_read_in_parts(desk: Flask) -> None:
    ticket_id, _ = _furnished()
    whole = timeline(ACTOR, ticket_id).items
    latest = timeline(ACTOR, ticket_id, limit=2)
    assert latest.items == whole[-2:]
    assert latest.has_earlier
    before = timeline(ACTOR, ticket_id, before=latest.items[0].position, limit=2)
    assert before.items == whole[-4:-2]
    after = timeline(ACTOR, ticket_id, after=2, limit=3)
    assert after.items == whole[2:5]
    assert after.has_later
    assert timeline(ACTOR, ticket_id, after=len(whole)).items == ()
    first, second, third = entries(ACTOR, ticket_id)
    assert entries(ACTOR, ticket_id, after=first.id, limit=1) == (second,)
    assert entries(ACTOR, ticket_id, after=third.id) == ()


def test_lists_and_counts_take_one_statement(desk: Flask) -> None:
    person = db.session.scalars(select(Staff.id)).first()
    for filters in (
        TicketFilters(),
        TicketFilters(is_open=True),
        TicketFilters(states=(State.IN_PROGRESS, State.ANSWERED), priorities=(2,), executor=person),
        TicketFilters(text="принтер"),
        TicketFilters(text="№2026-000001", is_open=True),
    ):
        with statements() as sent:
            ticket_list(ACTOR, filters)
        assert len(sent) == 1, filters
    with statements() as sent:
        counts(ACTOR), staff_choices(ACTOR), team_choices(ACTOR), category_choices(ACTOR)
    assert len(sent) == 4


def test_counts_are_those_of_the_tickets(desk: Flask) -> None:
    person = db.session.scalars(
        select(Ticket.responsible_id).where(Ticket.is_open, Ticket.responsible_id.is_not(None))
    ).first()
    me = Actor(kind=ActorKind.STAFF, name="Me", id=person, permissions=frozenset({"ticket.read"}))
    found = counts(me)
    rows = dict(db.session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all())
    assert found.by_state == {state.value: rows.get(state.value, 0) for state in State}
    assert found.open == len(expected(lambda t: t.is_open))
    assert found.mine == len(expected(lambda t: t.is_open and t.responsible_id == person)) > 0
    assert found.unassigned == len(expected(lambda t: t.is_open and t.responsible_id is None)) > 0


def test_choices_are_complete(desk: Flask) -> None:
    with write() as session:
        session.scalars(select(Staff)).first().is_active = False  # type: ignore[union-attr]
    assert len(staff_choices(ACTOR)) == 19
    assert len(team_choices(ACTOR)) == 3
    assert any(category.code == "telephony.calls" for category in category_choices(ACTOR))


def _furnished() -> tuple[int, str]:
    """Give one ticket everything that a ticket may have."""
    with write() as session:
        first, ticket, last = session.scalars(
            select(Ticket)
            .where(Ticket.contract_id.is_not(None), Ticket.category_id.is_not(None))
            .order_by(Ticket.id)
            .limit(3)
        ).all()
        chat = Chat(channel="web", external_id="1", kind="group", title="Группа", created_at=clock.now())
        session.add(chat)
        session.flush()
        ticket.chat_id = chat.id
        session.execute(TicketExecutor.__table__.delete().where(TicketExecutor.ticket_id == ticket.id))  # type: ignore[attr-defined]
        people = session.scalars(select(Staff.id).limit(2)).all()
        session.add_all(TicketExecutor(ticket_id=ticket.id, staff_id=person) for person in people)
        session.add(TicketLink(source_id=ticket.id, target_id=first.id, kind="follow_up"))
        session.add(TicketLink(source_id=last.id, target_id=ticket.id, kind="related"))
        entry_id = entries(ACTOR, ticket.id)[0].id
        for name in ("снимок.png", "журнал.txt"):
            session.add(Attachment(entry_id=entry_id, name=name, media_type="text/plain", size=1, state="stored"))
        session.add(
            Delivery(
                entry_id=entry_id, ticket_id=ticket.id, chat_id=chat.id, purpose="entry", message={}, state="queued",
                due_at=clock.now() + timedelta(hours=1), created_at=clock.now(),
            )
        )  # fmt: skip
        assert ticket.number is not None
        return ticket.id, ticket.number


def _has_no_entities(value: object) -> None:
    """Fail when a value of the database's session hides somewhere inside."""
    assert not hasattr(value, "_sa_instance_state")
    if is_dataclass(value):
        for item in fields(value):
            _has_no_entities(getattr(value, item.name))
    elif isinstance(value, tuple):
        for item in value:
            _has_no_entities(item)
