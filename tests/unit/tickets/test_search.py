# SPDX-License-Identifier: Apache-2.0
"""Search finds what was written, the exact before the similar, and bears every question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from dialog_core import clock
from dialog_core.conversations.models import Entry
from dialog_core.database import write
from dialog_core.parties.models import Contact, ContactPoint, Organisation
from dialog_core.staff import system_actor
from dialog_core.tickets import Sort, State, TicketFilters, index_entry, ticket_list
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.search import forget_entry, understand

ACTOR = system_actor()


def add_ticket(text: str, *, serial: int = 1, state: State = State.REGISTERED, **values: object) -> int:
    """Write a ticket with one entry, as the operations do."""
    at = clock.now() - timedelta(days=1)
    row = {
        "number": f"2026-{serial:06d}", "serial": serial, "subject": text[:40], "kind": "consultation",
        "state": state.value, "is_open": state is not State.CLOSED, "priority": 2, "channel": "web", "opened_at": at,
        "activity_at": at, "impact": "low", "urgency": "low", "entitlement": "covered",
    } | values  # fmt: skip
    with write() as session:
        ticket_id = session.execute(insert(Ticket).values(**row).returning(Ticket.id)).scalar_one()
        add_entry(ticket_id, text)
    return ticket_id


def add_entry(ticket_id: int, text: str) -> int:
    """Write one more entry."""
    with write() as session:
        entry_id = session.execute(
            insert(Entry)
            .values(
                ticket_id=ticket_id, kind="message", text=text, author_kind="contact", author_name="Анна",
                channel="web", created_at=clock.now(), earlier_texts=[],
            )
            .returning(Entry.id)
        ).scalar_one()  # fmt: skip
        index_entry(session, entry_id=entry_id, ticket_id=ticket_id, text=text)
    return entry_id


def found(text: str, **filters: object) -> list[int]:
    """Return the ids that a question finds, in order."""
    return [row.id for row in ticket_list(ACTOR, TicketFilters(text=text, **filters), limit=100).rows]  # type: ignore[arg-type]


def test_all_words_must_stand_in_one_entry_in_any_form(any_core: Flask) -> None:
    first = add_ticket("Не печатает сетевой принтер в бухгалтерии", serial=1)
    second = add_ticket("Принтер шумит", serial=2)
    assert found("принтеры") == [second, first]
    assert found("печать принтера бухгалтерия") == []
    assert found("печатают принтеры бухгалтерии") == [first]
    assert found("факс") == []


def test_a_later_entry_makes_its_ticket_found_once(any_core: Flask) -> None:
    ticket_id = add_ticket("Первое сообщение про маршрутизатор")
    entry_id = add_entry(ticket_id, "маршрутизатор перезагрузили")
    assert found("маршрутизатор") == [ticket_id]
    with write() as session:
        index_entry(session, entry_id=entry_id, ticket_id=ticket_id, text="коммутатор")
    assert found("перезагрузили") == []
    assert found("коммутаторы") == [ticket_id]
    with write() as session:
        forget_entry(session, entry_id=entry_id, ticket_id=ticket_id)
    assert found("коммутаторы") == []


def test_search_is_limited_by_filters(any_core: Flask) -> None:
    closed = add_ticket("старый принтер", serial=1, state=State.CLOSED)
    fresh = add_ticket("новый принтер", serial=2)
    assert found("принтер", is_open=True) == [fresh]
    assert found("принтер", states=(State.CLOSED, State.ANSWERED)) == [closed]
    assert found("принтер", executor=77) == []


@pytest.mark.parametrize("question", ["№2026-000123", "2026-000123", "123", "№ 123", "#123", "000123"])
def test_a_number_or_its_tail_comes_first(any_core: Flask, question: str) -> None:
    named = add_ticket("о чём-то", serial=123)
    mentions = add_ticket("продолжение обращения 2026-000123", serial=124)
    assert found(question) == [named, mentions]


@pytest.mark.parametrize(
    "question", ["+7 900 555-12-34", "8 (900) 555 12 34", "89005551234", "9005551234", "anna@example.org", "7707083893"]
)
def test_phone_mail_and_inn_find_their_owners_tickets(any_core: Flask, question: str) -> None:
    with write() as session:
        at = clock.now()
        organisation = session.execute(
            insert(Organisation)
            .values(
                name="Маяк", name_key="маяк", inn="7707083893", created_at=at, address="", language="ru",
                timezone="Europe/Moscow", notes="", version=1,
            )
            .returning(Organisation.id)
        ).scalar_one()  # fmt: skip
        contact = session.execute(
            insert(Contact)
            .values(full_name="Анна", name_key="анна", language="ru", notes="", created_at=at, version=1)
            .returning(Contact.id)
        ).scalar_one()
        for kind, key in (("phone", "+79005551234"), ("email", "anna@example.org")):
            session.execute(insert(ContactPoint).values(contact_id=contact, kind=kind, value=key, key=key))
    owned = add_ticket("без слов", serial=5, contact_id=contact, organisation_id=organisation)
    add_ticket("чужое", serial=6)
    assert found(question) == [owned]


def test_pages_of_a_search_follow_without_gap_or_repetition(any_core: Flask) -> None:
    named = add_ticket("77 принтер", serial=77)
    ids = [add_ticket(f"кабинет 77, принтер {i}", serial=200 + i) for i in range(7)]
    for sort in Sort:
        seen: list[int] = []
        cursor = None
        while True:
            page = ticket_list(ACTOR, TicketFilters(text="77"), sort=sort, cursor=cursor, limit=3)
            seen += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert seen == [named, *reversed(ids)]


HOSTILE = st.text(st.sampled_from("\"'*():^-+{}~<>&|!\\%_№#\x00 \nабвOR AND NOT NEAR123@.ё\u0301İ₿"), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.one_of(HOSTILE, st.text(max_size=40)))
def test_no_question_breaks_the_search(any_core: Flask, question: str) -> None:
    ticket_list(ACTOR, TicketFilters(text=question))


def test_long_and_empty_questions(any_core: Flask) -> None:
    add_ticket("принтер")
    assert found("принтер " * 2_000) != []
    assert found('"' * 10_000) == []
    assert found("!!! ???") == []
    assert len(understand("а б " * 5_000).words) <= 12


def test_the_index_is_written_with_the_transaction(any_core: Flask) -> None:
    ticket_id = add_ticket("принтер")

    class Broken(Exception):
        """Ends the transaction."""

    def change_and_fail() -> None:
        with write() as session:
            entry_id = session.scalars(select(Entry.id)).one()
            index_entry(session, entry_id=entry_id, ticket_id=ticket_id, text="сканер")
            raise Broken

    with pytest.raises(Broken):
        change_and_fail()
    assert found("сканер") == []
    assert found("принтер") == [ticket_id]
