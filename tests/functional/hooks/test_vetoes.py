# SPDX-License-Identifier: Apache-2.0
"""The hooks check_ticket and check_transition: staff are refused with a reason, customers never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from dialog_core import tickets
from dialog_core.conversations import Said
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.hookspecs import Refusal
from dialog_core.hookspecs.fields import FieldType, TicketField
from dialog_core.hookspecs.validation import TicketDraft, TransitionAsked
from dialog_core.plugin import read
from dialog_core.staff import Actor, ActorKind
from dialog_core.tickets.models import Ticket

Made = Callable[[], Actor]
REQUEST = tickets.Request(subject="Printer", said=Said(text="It does not print."))


def count() -> int:
    found: int = db.session.scalar(sa.select(sa.func.count(Ticket.id))) or 0
    db.session.rollback()
    return found


def test_check_ticket_refuses_values_of_staff_and_points_to_the_field(host: Any, specialist: Made) -> None:
    seen: list[TicketDraft] = []

    def check_ticket(draft: TicketDraft) -> Refusal | None:
        seen.append(draft)
        if draft.kind == "consultation":
            return Refusal("Questions of “%(who)s” are not taken.", {"who": draft.actor_id}, "kind")
        return Refusal("Not today.") if draft.subject == "Nothing" else None

    host(strict={"check_ticket": check_ticket})
    actor = specialist()
    with pytest.raises(WrongValue) as caught:
        tickets.open_ticket(actor, tickets.Request(subject="Printer", said=REQUEST.said, kind="consultation"))
    assert (caught.value.field, str(caught.value)) == ("kind", f"Questions of “{actor.id}” are not taken.")
    with pytest.raises(NotAllowedNow, match="Not today"):
        tickets.open_ticket(actor, tickets.Request(subject="Nothing", said=REQUEST.said))
    assert count() == 0
    ticket_id = tickets.open_ticket(actor, REQUEST)
    assert (seen[-1].ticket_id, "kind" in seen[-1].changed) == (None, True)
    with pytest.raises(WrongValue):
        tickets.update_ticket(actor, ticket_id, kind="consultation")
    assert seen[-1].ticket_id == ticket_id
    assert seen[-1].changed >= {"kind"}
    assert "subject" not in seen[-1].changed
    tickets.update_ticket(actor, ticket_id, subject="Another printer")
    assert db.session.scalar(sa.select(Ticket.kind)) == "user_failure"


def test_check_ticket_sees_further_fields_as_they_would_stand(host: Any, specialist: Made) -> None:
    seen: list[TicketDraft] = []

    def check_ticket(draft: TicketDraft) -> Refusal | None:
        seen.append(draft)
        wrong = draft.fields.get("strict_number") == "13"
        return Refusal("Not this number.", field="fields.strict_number") if wrong else None

    title = {"ru": "Номер", "en": "Number"}
    brought = [TicketField(f"strict_{name}", FieldType.TEXT, title) for name in ("number", "colour")]
    host(strict={"check_ticket": check_ticket, "ticket_fields": lambda: brought})
    actor = specialist()
    with pytest.raises(WrongValue, match="Not this number") as caught:
        tickets.open_ticket(actor, replace(REQUEST, fields={"strict_number": "13"}))
    assert (caught.value.field, count()) == ("fields.strict_number", 0)
    ticket_id = tickets.open_ticket(actor, replace(REQUEST, fields={"strict_number": "12"}))
    assert seen[-1].changed >= {"kind", "fields.strict_number"}
    assert "fields.strict_colour" not in seen[-1].changed
    tickets.update_ticket(actor, ticket_id, fields={"strict_colour": "red"})
    assert seen[-1].changed == {"fields.strict_colour"}
    assert seen[-1].fields == {"strict_number": "12", "strict_colour": "red"}
    with pytest.raises(WrongValue, match="Not this number"):
        tickets.update_ticket(actor, ticket_id, fields={"strict_number": "13"})
    tickets.update_ticket(actor, ticket_id, fields={"strict_number": None})
    assert (seen[-1].changed, seen[-1].fields) == ({"fields.strict_number"}, {"strict_colour": "red"})


@pytest.mark.parametrize(
    "refusal",
    [Refusal("100% no", {"a": 1}), Refusal("%(who)s", {"what": 1}), Refusal("no", {1: 2}), Refusal(None, {})],  # type: ignore[arg-type,dict-item]
    ids=["percent", "place", "key", "nothing"],
)
def test_a_refusal_in_words_that_are_none_names_the_module(host: Any, specialist: Made, refusal: Refusal) -> None:
    host(muddled={"check_ticket": lambda draft: refusal})
    with pytest.raises(NotAllowedNow, match="muddled"):
        tickets.open_ticket(specialist(), REQUEST)
    assert count() == 0


def test_check_ticket_is_not_asked_of_what_a_customer_sends(host: Any) -> None:
    host(strict={"check_ticket": lambda draft: Refusal("No.")})
    customer = Actor(ActorKind.CONTACT, "Anna", channel="paper")
    assert tickets.open_ticket(customer, REQUEST) > 0


def test_check_transition_refuses_a_step_with_read_access_to_the_transaction(host: Any, specialist: Made) -> None:
    seen: list[TransitionAsked] = []

    def check_transition(asked: TransitionAsked) -> Refusal | None:
        with read() as session:
            subject = session.scalar(sa.select(Ticket.subject).where(Ticket.id == asked.ticket_id))
        seen.append(asked)
        if asked.transition == "answer" and subject == "Printer":
            return Refusal("Answer of %(state)s refused.", {"state": asked.state, "missing": 1}, None)
        return None

    host(strict={"check_transition": check_transition})
    actor = specialist()
    ticket_id = tickets.open_ticket(actor, REQUEST)
    with pytest.raises(NotAllowedNow, match="Answer of registered refused"):
        tickets.transition(actor, ticket_id, "answer", tickets.Act(text="Done", delivered_by="call"))
    assert [one.transition for one in seen] == ["start", "answer"]
    assert seen[-1].data == {"text": "Done", "delivered_by": "call"}
    state = db.session.scalar(sa.select(Ticket.state))
    db.session.rollback()
    assert state == "registered"
    tickets.update_ticket(actor, ticket_id, subject="Scanner")
    moved = tickets.transition(actor, ticket_id, "answer", tickets.Act(text="Done", delivered_by="call"))
    assert moved.state == "answered"


def test_a_veto_that_fails_keeps_nobody_from_working(host: Any, specialist: Made) -> None:
    def broken(**_: Any) -> None:
        raise OSError("no")

    host(
        strict={
            "check_ticket": lambda draft: broken(),
            "check_transition": lambda asked: broken(),
        }
    )
    actor = specialist()
    ticket_id = tickets.open_ticket(actor, REQUEST)
    assert tickets.transition(actor, ticket_id, "start", tickets.Act()).state == "in_progress"


def test_a_veto_that_stumbles_over_the_database_or_writes_leaves_the_transaction_as_it_was(
    host: Any, specialist: Made
) -> None:
    def check_ticket(draft: TicketDraft) -> None:
        if draft.ticket_id is not None:
            with read() as session:
                session.execute(sa.update(Ticket).values(subject="mine"))
                session.execute(sa.text("SELECT nothing FROM nowhere"))

    host(stumbling={"check_ticket": check_ticket})
    actor = specialist()
    ticket_id = tickets.open_ticket(actor, REQUEST)
    tickets.update_ticket(actor, ticket_id, subject="Another printer", kind="consultation")
    found = db.session.execute(sa.select(Ticket.subject, Ticket.kind, Ticket.version)).one()
    assert tuple(found) == ("Another printer", "consultation", 2)
