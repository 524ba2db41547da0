# SPDX-License-Identifier: Apache-2.0
"""Each row of the regulation's table: its way, who may, what it needs, what it records."""

from __future__ import annotations

import pytest

from dialog_core.conversations import send_again
from dialog_core.conversations.models import Entry
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotPermitted, WrongValue
from dialog_core.events.models import Event
from dialog_core.plugin import SendResult, SendState
from dialog_core.tickets import TABLE, Act, Request, State, allowed_transitions, open_ticket, transition, unmerge
from dialog_core.tickets.models import Ticket, TicketCount, TicketLink
from tests.functional.conftest import Desk


def opened(desk: Desk, subject: str = "Не печатает") -> int:
    from dialog_core.conversations.entries import Said

    request = Request(subject=subject, said=Said(text="Подробности"), contact_id=desk.representative_id)
    return open_ticket(desk.actors["specialist"], request)


def state_of(desk: Desk, ticket_id: int) -> tuple[str, str | None]:
    ticket = db.session.get(Ticket, ticket_id, populate_existing=True)
    assert ticket is not None
    found = (ticket.state, ticket.outcome)
    db.session.rollback()
    return found


def advance(desk: Desk, ticket_id: int, *names: str) -> None:
    acts = {
        "request_information": Act(text="Какая модель?", delivered_by="call"),
        "receive_information": Act(text="АТОЛ"),
        "resume": Act(text="обойдёмся"),
        "answer": Act(text="Обновите", delivered_by="call"),
        "recall": Act(reason="ошиблись"),
        "confirm": Act(contact_id=desk.representative_id, delivered_by="call"),
        "dispute": Act(reason="не помогло", contact_id=desk.representative_id),
        "close": Act(contact_id=desk.representative_id),
        "withdraw": Act(contact_id=desk.representative_id),
        "decline": Act(reason="не наше", text="К сожалению, это не по договору."),
    }
    for name in names:
        transition(desk.actors["supervisor"], ticket_id, name, acts.get(name, Act()))


@pytest.mark.parametrize(
    ("names", "end"),
    [
        (["start"], ("in_progress", None)),
        (["decline"], ("closed", "declined")),
        (["start", "request_information"], ("waiting_customer", None)),
        (["start", "request_information", "receive_information"], ("in_progress", None)),
        (["start", "request_information", "resume"], ("in_progress", None)),
        (["start", "answer"], ("answered", None)),
        (["start", "answer", "recall"], ("in_progress", None)),
        (["start", "answer", "confirm"], ("completed", None)),
        (["start", "answer", "dispute"], ("in_progress", None)),
        (["start", "answer", "confirm", "dispute"], ("in_progress", None)),
        (["start", "answer", "confirm", "close"], ("closed", "confirmed")),
        (["withdraw"], ("closed", "withdrawn")),
        (["answer"], ("answered", None)),
        (["request_information"], ("waiting_customer", None)),
        (["request_information", "answer"], ("answered", None)),
    ],
)
def test_the_ways_of_the_table(any_desk: Desk, names: list[str], end: tuple[str, str | None]) -> None:
    ticket_id = opened(any_desk)
    advance(any_desk, ticket_id, *names)
    assert state_of(any_desk, ticket_id) == end
    counts = {state: value for state, value in db.session.execute(TicketCount.__table__.select()) if value}
    db.session.rollback()
    assert counts == {end[0]: 1}


def test_combined_acts_record_both(desk: Desk) -> None:
    ticket_id = opened(desk)
    advance(desk, ticket_id, "request_information", "answer")
    done = [
        data["transition"]
        for _, kind, data in desk.rows(Event.id, Event.kind, Event.data)
        if kind == "ticket_transitioned"
    ]
    assert done == ["start", "request_information", "resume", "answer"]
    assert [row[1:] for row in desk.rows(Entry.id, Entry.kind)] == [("request",), ("question",), ("answer",)]
    notes = [
        data["note"] for _, _, data in desk.rows(Event.id, Event.kind, Event.data) if data.get("transition") == "resume"
    ]
    assert notes == ["Обновите"]


@pytest.mark.parametrize(
    ("before", "name", "act", "missing"),
    [
        ([], "decline", Act(), ("reason", "text")),
        (["start"], "request_information", Act(delivered_by="call"), ("text",)),
        (["start"], "answer", Act(text="Готово"), ("delivered_by",)),
        (["answer"], "recall", Act(), ("reason",)),
        (["answer"], "confirm", Act(), ("contact", "contact.may_confirm")),
        (["answer"], "dispute", Act(reason="  "), ("reason",)),
        (["answer", "confirm"], "close", Act(), ("contact", "contact.may_represent")),
        ([], "withdraw", Act(), ("contact",)),
        ([], "merge", Act(), ("target",)),
    ],
)
def test_what_is_missing_is_named_and_nothing_changes(
    desk: Desk, before: list[str], name: str, act: Act, missing: tuple[str, ...]
) -> None:
    ticket_id = opened(desk)
    advance(desk, ticket_id, *before)
    stood, events = state_of(desk, ticket_id), len(desk.rows(Event.id))
    with pytest.raises(NotAllowedNow) as refusal:
        transition(desk.actors["supervisor"], ticket_id, name, act)
    assert refusal.value.missing == missing
    assert state_of(desk, ticket_id) == stood
    assert len(desk.rows(Event.id)) == events


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_closed_ticket_stays_closed(desk: Desk, row: object) -> None:
    ticket_id = opened(desk)
    advance(desk, ticket_id, "withdraw")
    with pytest.raises((NotAllowedNow, NotPermitted)):
        transition(
            desk.actors["administrator"], ticket_id, row.name,  # type: ignore[attr-defined]
            Act(text="x", reason="x", contact_id=desk.representative_id, delivered_by="call", target="1"),
        )  # fmt: skip


def test_only_a_supervisor_declines(desk: Desk) -> None:
    ticket_id = opened(desk)
    with pytest.raises(NotPermitted):
        transition(desk.actors["specialist"], ticket_id, "decline", Act(reason="x", text="y"))
    assert "decline" not in {row.name for row in allowed_transitions(desk.actors["specialist"], "registered")}
    assert "decline" in {row.name for row in allowed_transitions(desk.actors["supervisor"], "registered")}


def test_nobody_acts_as_the_system(desk: Desk) -> None:
    ticket_id = opened(desk)
    advance(desk, ticket_id, "answer")
    with pytest.raises(NotPermitted):
        transition(desk.actors["administrator"], ticket_id, "silence")


def test_an_answer_that_fails_leaves_the_ticket_in_progress(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    bound.channel.results = [SendResult(SendState.FAILED, error="chat not found")]
    moved = transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    assert (moved.on_its_way, moved.state) == (True, "in_progress")
    with pytest.raises(NotAllowedNow):
        transition(bound.actors["specialist"], 1, "answer", Act(text="Ещё раз"))
    bound.pump()
    assert state_of(bound, 1) == ("in_progress", None)
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите", delivered_by="call"))
    assert state_of(bound, 1) == ("answered", None)


def test_an_answer_that_is_sent_again_is_on_its_way_again(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    bound.channel.results = [SendResult(SendState.UNCONFIRMED, error="reset")]
    moved = transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    assert bound.rows(Ticket.id, Ticket.state, Ticket.answer_on_its_way) == [(1, "in_progress", False)]
    send_again(bound.actors["specialist"], moved.delivery_ids[0])
    with pytest.raises(NotAllowedNow):
        transition(bound.actors["specialist"], 1, "answer", Act(text="Второй ответ"))
    bound.pump()
    assert bound.rows(Ticket.id, Ticket.state, Ticket.answer_on_its_way) == [(1, "answered", False)]


def test_a_long_answer_counts_when_its_last_part_is_delivered(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    transition(bound.actors["specialist"], 1, "answer", Act(text="длинно " * 100))
    bound.pump()
    parts = bound.channel.sent[1:]
    assert len(parts) > 2
    assert all(len(part.text) <= 200 for part in parts)
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "".join("".join(part.text.split()) for part in parts).count("длинно") == 100
    assert state_of(bound, 1) == ("answered", None)


def press(desk: Desk, who: str, label: str, press_id: str) -> str:
    """Press the newest button whose label contains a word, and return what the presser was told."""
    buttons = [b for m in desk.channel.sent for row in m.buttons for b in row if label in b.label]
    desk.put(t="press", who=who, id=press_id, button=buttons[-1].id)
    answers = [message.press_answer for message in desk.channel.sent if message.press_answer]
    return answers[-1].text


def test_buttons_confirm_dispute_and_close_once(any_bound: Desk) -> None:
    desk = any_bound
    desk.put(t="text", who="5", id="1", text="Не печатает")
    transition(desk.actors["specialist"], 1, "answer", Act(text="Обновите"))
    desk.pump()
    assert "responsible person" in press(desk, "6", "✅ Solved", "p1")
    assert state_of(desk, 1) == ("answered", None)
    press(desk, "5", "Not solved", "p2")
    press(desk, "5", "Not solved", "p3")
    desk.put(t="text", who="5", id="2", text="Всё равно не печатает")
    assert state_of(desk, 1) == ("in_progress", None)
    assert "in work again" in press(desk, "5", "✅ Solved", "p4")
    transition(desk.actors["specialist"], 1, "answer", Act(text="Теперь точно"))
    desk.pump()
    assert press(desk, "5", "✅ Solved", "p5") == "Thank you!"
    desk.put(t="press", who="5", id="p6", button="ok.1.2")
    assert state_of(desk, 1) == ("completed", None)
    assert "representative" in press(desk, "5", "🔒 Close", "p7")
    assert state_of(desk, 1) == ("completed", None)
    make_representative(desk, "5")
    assert press(desk, "5", "🔒 Close", "p8") == "Thank you!"
    assert state_of(desk, 1) == ("closed", "confirmed")
    confirms = [
        data for _, kind, data in desk.rows(Event.id, Event.kind, Event.data) if data.get("transition") == "confirm"
    ]
    assert len(confirms) == 1


@pytest.mark.parametrize("other", [{"intent": "new_ticket"}, {"reply": "2"}])
def test_reasons_that_were_asked_for_are_not_taken_from_what_is_about_something_else(
    bound: Desk, other: dict[str, str]
) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    bound.put(t="text", who="6", id="2", text="Нет сети")
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    press(bound, "5", "Not solved", "p1")
    bound.put(t="text", who="5", id="3", text="У меня тоже", **other)
    assert state_of(bound, 1) == ("answered", None)
    bound.put(t="text", who="5", id="4", text="Всё равно не печатает")
    assert state_of(bound, 1) == ("in_progress", None)


def test_whoever_may_not_assign_starts_only_for_themselves(desk: Desk) -> None:
    tester, other = desk.actors["tester"], desk.actors["engineer"].id
    ticket_id = opened(desk)
    with pytest.raises(NotPermitted, match="Assign"):
        transition(tester, ticket_id, "start", Act(executor_id=other))
    with pytest.raises(WrongValue) as refused:
        transition(desk.actors["specialist"], ticket_id, "start", Act(executor_id=999))
    assert refused.value.field == "executor"
    transition(tester, ticket_id, "start", Act(executor_id=tester.id))
    assert state_of(desk, ticket_id) == ("in_progress", None)


def make_representative(desk: Desk, who: str) -> None:
    from sqlalchemy import select

    from dialog_core.database import write
    from dialog_core.parties.models import Identity, Membership

    with write() as session:
        contact_id = session.scalar(select(Identity.contact_id).where(Identity.external_id == who))
        membership = session.scalars(select(Membership).where(Membership.contact_id == contact_id)).one()
        membership.may_represent = True


def test_a_representative_does_both_steps_with_one_press(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    make_representative(bound, "5")
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    press(bound, "5", "Solved, close", "p1")
    assert state_of(bound, 1) == ("closed", "confirmed")
    done = [
        data["transition"]
        for _, kind, data in bound.rows(Event.id, Event.kind, Event.data)
        if kind == "ticket_transitioned"
    ]
    assert done[-2:] == ["confirm", "close"]


@pytest.mark.parametrize(
    "button", ["ok.999.1", "ok.1.99", "rm.1.1", "ok.1", "ok.1.1.1", "ok.x.1", "", "new.7.0", "ok.99999999999.1"]
)
def test_forged_and_stale_buttons_do_nothing(bound: Desk, button: str) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    bound.put(t="press", who="5", id="p", button=button)
    assert state_of(bound, 1) == ("answered", None)
    assert bound.channel.sent[-1].press_answer is not None or bound.channel.sent[-1].clear_buttons_of is not None


def test_a_button_of_another_chat_does_nothing(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    bound.put(t="press", who="5", id="p", button="ok.1.1", chat="5", kind="private")
    assert state_of(bound, 1) == ("answered", None)


def test_merge_and_its_way_back(desk: Desk) -> None:
    first, second = opened(desk, "Первая"), opened(desk, "Вторая")
    number = desk.rows(Ticket.id, Ticket.number)[1][1]
    advance(desk, first, "start")
    with pytest.raises(WrongValue):
        transition(desk.actors["specialist"], first, "merge", Act(target="нет такого"))
    assert state_of(desk, first) == ("in_progress", None)
    transition(desk.actors["specialist"], first, "merge", Act(target=number))
    assert state_of(desk, first) == ("closed", "merged")
    assert desk.rows(TicketLink.id, TicketLink.source_id, TicketLink.target_id) == [(1, first, second)]
    unmerge(desk.actors["specialist"], first)
    assert state_of(desk, first) == (State.IN_PROGRESS.value, None)
    assert desk.rows(TicketLink.id) == []


def silent_contract(desk: Desk, days: int | None) -> None:
    from sqlalchemy import update

    from dialog_core.database import write
    from dialog_core.parties.models import Contract

    with write() as session:
        session.execute(update(Contract).values(silence_days=days))


def test_silence_counts_only_under_a_contract_that_says_so(any_desk: Desk) -> None:
    from datetime import UTC, datetime, timedelta

    from dialog_core import clock
    from dialog_core.tickets import close_silent

    ticket_id = opened(any_desk)
    advance(any_desk, ticket_id, "answer")
    later = datetime.now(UTC) + timedelta(days=8)
    with clock.set_to(lambda: later):
        assert not close_silent()
    silent_contract(any_desk, 7)
    assert not close_silent()
    with clock.set_to(lambda: later):
        assert close_silent()
        assert not close_silent()
    assert state_of(any_desk, ticket_id) == ("closed", "silence")
    moves = [
        (d["before"], d["after"])
        for _, _, d in any_desk.rows(Event.id, Event.kind, Event.data)
        if d.get("transition") == "silence"
    ]
    assert moves == [("answered", "completed"), ("completed", "closed")]
