# SPDX-License-Identifier: Apache-2.0
"""Demonstration data is the same each time, whole, and gets along with real data."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialog_core import clock, demo
from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.conversations.entries import Said
from dialog_core.conversations.models import Entry
from dialog_core.database import db
from dialog_core.errors import WrongValue
from dialog_core.events import link_digest, payload_digest
from dialog_core.events.models import Event
from dialog_core.parties import phone_key
from dialog_core.parties.models import ContactPoint, Contract, Membership, Organisation
from dialog_core.staff import system_actor
from dialog_core.tickets import BY_NAME, Request, State, TicketFilters, counts, open_ticket, ticket_by_id, ticket_list
from dialog_core.tickets.models import NumberCounter, Ticket

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def open_real_ticket(subject: str) -> str:
    """Open a ticket as people do, and return its number."""
    actor = system_actor()
    return ticket_by_id(actor, open_ticket(actor, Request(subject=subject, said=Said(text=subject)))).number


def snapshot() -> tuple[list[Any], ...]:
    """Return what was written, without ids."""
    tickets = [
        (t.number, t.subject, t.state, t.outcome, t.priority, t.opened_at, t.organisation and t.organisation.name)
        for t in db.session.scalars(select(Ticket).order_by(Ticket.id))
    ]
    texts = list(db.session.scalars(select(Entry.text).order_by(Entry.id)))
    digests = list(db.session.scalars(select(Ticket.event_digest).order_by(Ticket.id)))
    db.session.rollback()
    db.session.expunge_all()
    return tickets, texts, digests


@pytest.fixture
def loaded(any_core: Flask) -> Flask:
    """Return the core with 600 demonstration tickets."""
    with clock.set_to(lambda: NOON):
        demo.load(600, seed=5)
    return any_core


def test_the_same_seed_gives_the_same_data(loaded: Flask, tmp_path: Path, sqlite_template: Path) -> None:
    first = snapshot()
    shutil.copytree(sqlite_template, tmp_path / "other")
    with create_core(Config.from_environment({"DIALOG_HOME": str(tmp_path / "other")})).app_context():
        with clock.set_to(lambda: NOON):
            demo.load(600, seed=5)
        assert snapshot() == first
        db.engine.dispose()
    assert [len(part) for part in first] == [600, 1_800, 600]


def test_another_seed_gives_other_data(sqlite_core: Flask) -> None:
    demo.load(50, seed=5)
    first = snapshot()
    demo.load(50, seed=6)
    assert snapshot()[1] != first[1]


def test_every_state_is_there_in_sensible_proportion(loaded: Flask) -> None:
    states = Counter(db.session.scalars(select(Ticket.state)))
    assert set(states) == {state.value for state in State}
    assert 0.9 < states["closed"] / 600 < 0.97
    outcomes = Counter(db.session.scalars(select(Ticket.outcome).where(Ticket.state == "closed")))
    assert set(outcomes) == {"confirmed", "silence", "withdrawn", "declined"}
    assert counts(system_actor()).by_state == {state.value: states[state.value] for state in State}
    languages = Counter(db.session.scalars(select(Organisation.language)))
    assert set(languages) == {"ru", "en"}
    assert max(db.session.scalars(select(Ticket.activity_at))) <= NOON
    assert set(db.session.scalars(select(Contract.silence_days))) == {None, 10}


def test_every_life_follows_the_table_and_its_chain_holds(loaded: Flask) -> None:
    events: dict[int, list[Event]] = {}
    for event in db.session.scalars(select(Event).where(Event.ticket_id.is_not(None)).order_by(Event.position)):
        assert event.ticket_id is not None
        events.setdefault(event.ticket_id, []).append(event)
    written = Counter(db.session.scalars(select(Entry.ticket_id)))
    for ticket in db.session.scalars(select(Ticket)):
        digest, state = "", State.REGISTERED
        for position, event in enumerate(events[ticket.id], start=1):
            data = json.loads(json.dumps(event.data))
            assert event.position == position
            assert event.salt is not None
            assert event.payload_digest == payload_digest(event.salt, event.actor_name, data)
            digest = link_digest(
                digest, position, event.kind, event.at, event.actor_kind, event.actor_id, event.payload_digest
            )
            assert event.digest == digest
            if event.kind == "ticket_transitioned":
                row = BY_NAME[str(data["transition"])]
                assert state in row.sources
                assert (data["before"], data["after"]) == (state.value, row.target.value)
                state = row.target
        assert (ticket.event_count, ticket.event_digest, ticket.state) == (len(events[ticket.id]), digest, state.value)
        assert ticket.is_open == (state is not State.CLOSED)
        assert written[ticket.id] == 3
        assert (ticket.responsible_id is None) <= (state in {State.REGISTERED, State.CLOSED})


def test_what_identifies_people_is_invented(loaded: Flask) -> None:
    for kind, value, key in db.session.execute(select(ContactPoint.kind, ContactPoint.value, ContactPoint.key)):
        if kind == "phone":
            assert value.startswith("+7 900 555-")
            assert phone_key(value) == key
        else:
            assert value.endswith(".example")
    assert all(inn.startswith("00") for inn in db.session.scalars(select(Organisation.inn)))


def test_loading_twice_continues_numbers_and_keeps_customers(loaded: Flask) -> None:
    customers = db.session.scalar(select(func.count()).select_from(Organisation))
    members = db.session.scalar(select(func.count()).select_from(Membership))
    with clock.set_to(lambda: NOON):
        demo.load(600, seed=5)
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == customers
    assert db.session.scalar(select(func.count()).select_from(Membership)) == members
    serials = sorted(
        serial or 0 for serial in db.session.scalars(select(Ticket.serial).where(Ticket.number.like("2026-%")))
    )
    assert serials == list(range(1, 1_201))
    assert db.session.scalar(select(NumberCounter.value).where(NumberCounter.scope == "2026")) == 1_200


def test_real_tickets_before_between_and_after(any_core: Flask) -> None:
    before = open_real_ticket("до")
    numbers = [before]

    def open_one_in_between(done: int, total: int) -> None:
        if done < total:
            numbers.append(open_real_ticket("между"))

    demo.load(450, seed=1, progress=open_one_in_between)
    numbers.append(open_real_ticket("после"))
    assert len(numbers) == 4
    every = list(db.session.scalars(select(Ticket.number)))
    assert len(set(every)) == len(every) == 454
    assert set(numbers) <= set(every)
    year = clock.now().year
    here = sorted(
        serial or 0 for serial in db.session.scalars(select(Ticket.serial).where(Ticket.number.like(f"{year}-%")))
    )
    assert here == list(range(1, len(here) + 1))


def test_a_loaded_ticket_is_found_by_its_words(loaded: Flask) -> None:
    text = db.session.scalars(select(Entry.text).where(Entry.text.like("%накладн%"))).first()
    assert text is not None
    found = ticket_list(system_actor(), TicketFilters(text="накладными"), limit=50).rows
    assert len(found) > 5


@pytest.mark.parametrize("tickets", [0, -1, 5_000_001])
def test_a_number_out_of_range_is_refused(any_core: Flask, tickets: int) -> None:
    with pytest.raises(WrongValue):
        demo.load(tickets)
