# SPDX-License-Identifier: Apache-2.0
"""Every event of a ticket is a link of its chain; a changed text, a removed link or a changed order shows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dialog_core.database import db
from dialog_core.events import Cursor, committed_after
from dialog_core.events.chain import link_digest, payload_digest
from dialog_core.events.models import Event
from dialog_core.events.stream import _after
from dialog_core.tickets import Act, transition
from dialog_core.tickets.models import Ticket
from tests.functional.conftest import Desk


def broken_links(ticket_id: int) -> list[int]:
    """Return the positions at which the chain of a ticket does not hold."""
    events = db.session.scalars(sa.select(Event).where(Event.ticket_id == ticket_id).order_by(Event.position)).all()
    broken, previous = [], ""
    for place, event in enumerate(events, start=1):
        assert event.salt is not None
        payload = payload_digest(event.salt, event.actor_name, dict(event.data))
        link = link_digest(
            previous, place, event.kind, event.at, event.actor_kind, event.actor_id, event.payload_digest
        )
        if payload != event.payload_digest or link != event.digest or event.position != place:
            broken.append(place)
        previous = event.digest
    db.session.rollback()
    return broken


def test_the_chain_holds_and_a_change_shows(any_bound: Desk) -> None:
    any_bound.put(t="text", who="5", id="1", text="Не работает касса")
    transition(any_bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    any_bound.pump()
    assert broken_links(1) == []
    head = any_bound.rows(Ticket.id, Ticket.event_digest, Ticket.event_count)[0]
    last = any_bound.rows(Event.id, Event.digest, Event.position, Event.ticket_id)
    assert (head[1], head[2]) == [(digest, position) for _, digest, position, ticket in last if ticket == 1][-1]
    with db.engine.begin() as connection:
        connection.execute(sa.update(Event).where(Event.position == 2).values(actor_name="Кто-то другой"))
    assert broken_links(1) == [2]


def test_the_stream_is_read_whole_and_in_order(any_bound: Desk) -> None:
    for number in range(5):
        any_bound.put(t="text", who=str(number), id=str(number), text="Вопрос")
    seen: list[int] = []
    cursor = Cursor()
    while batch := committed_after(db.session(), cursor, 3):
        seen += [item.event.id for item in batch]
        cursor = Cursor.parse(str(batch[-1].cursor)) or Cursor()
    db.session.rollback()
    assert seen == [row[0] for row in any_bound.rows(Event.id)]


def test_a_cursor_from_outside_is_read_or_refused() -> None:
    assert Cursor.parse("12.5") == Cursor(12, 5)
    assert [
        Cursor.parse(text) for text in ("", ".", "1", "1.", "a.b", "1.2.3", "-1.2", "9" * 30 + ".1", "²." + "1")
    ] == [None] * 9


@pytest.mark.parametrize("place", [Cursor(), Cursor(7, 3)])
def test_reading_the_stream_goes_straight_to_its_place_in_an_index(any_core: object, place: Cursor) -> None:
    statement = _after(db.session(), place).limit(10)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if not is_sqlite:  # an empty table is read otherwise unless that is forbidden
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.execute(sa.text(f"SET enable_{way} = off"))
        rows = connection.execute(sa.text(f"EXPLAIN {'QUERY PLAN ' * is_sqlite}{compiled}"))
        plan = "\n".join(str(row[-1]) for row in rows)
    found = "SEARCH event USING INTEGER PRIMARY KEY (rowid>?)" if is_sqlite else "Index Cond: ((ROW("
    assert found in plan
