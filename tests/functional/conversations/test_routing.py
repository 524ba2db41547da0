# SPDX-License-Identifier: Apache-2.0
"""A message ends in exactly one place: a ticket, a new ticket, a question to its writer, or a person's desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialog_core import clock
from dialog_core.conversations import inbox, route_by_hand
from dialog_core.conversations.models import Attachment, Chat, Delivery, Entry, InboxItem
from dialog_core.database import db
from dialog_core.events.models import Event
from dialog_core.plugin import SendResult, SendState
from dialog_core.tickets import Act, transition
from dialog_core.tickets.models import Ticket, TicketLink
from tests.functional.conftest import Desk, bind

Later = Callable[[int], str]


def test_a_group_that_is_not_bound_waits_and_is_told_once(any_desk: Desk) -> None:
    for number in range(3):
        any_desk.put(t="text", who="5", id=str(number), text=f"Вопрос {number}")
    assert any_desk.rows(InboxItem.id, InboxItem.state) == [(1, "held"), (2, "held"), (3, "held")]
    assert any_desk.rows(Ticket.id) == []
    assert len(any_desk.texts) == 1
    bind(any_desk)
    assert any_desk.rows(InboxItem.state) == [("done",)] * 3
    assert [row[1:] for row in any_desk.rows(Ticket.id, Ticket.number, Ticket.subject)] == [
        (f"{datetime.now(UTC).year}-000001", "Вопрос 0")
    ]
    assert [text for _, text in any_desk.rows(Entry.id, Entry.text)] == ["Вопрос 0", "Вопрос 1", "Вопрос 2"]


def test_the_number_is_sent_back(any_bound: Desk) -> None:
    any_bound.put(t="text", who="5", id="1", text="Касса не печатает\nвторая строка")
    number = any_bound.rows(Ticket.id, Ticket.number)[0][1]
    assert any_bound.texts == [f"Your request is registered. Its number: {number}"]
    assert any_bound.channel.sent[0].reply_to == "1"


def test_the_same_input_twice_is_one_entry(bound: Desk) -> None:
    payload = {"t": "text", "who": "5", "id": "1", "text": "Раз"}
    assert inbox.store("paper", "x", payload)
    assert not inbox.store("paper", "x", payload)
    bound.pump()
    bound.put(**payload)
    assert len(bound.rows(Entry.id)) == 1


def test_a_text_within_the_window_continues_and_a_later_one_asks(bound: Desk, later: Later) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    bound.put(t="text", who="5", id="2", text="и принтер", at=later(60))
    bound.put(t="text", who="5", id="3", text="Как сменить пароль?", at=later(900))
    assert [kind for _, kind in bound.rows(Entry.id, Entry.kind)] == ["request", "message"]
    assert bound.rows(InboxItem.id, InboxItem.state)[2][1] == "asked"
    ask = bound.channel.sent[-1]
    number = bound.rows(Ticket.id, Ticket.number)[0][1]
    assert [row[0].label for row in ask.buttons] == ["🆕 New request", f"Add to {number}"]
    bound.put(t="press", who="6", id="p0", button=ask.buttons[0][0].id)
    assert bound.channel.sent[-1].press_answer is not None
    assert bound.channel.sent[-1].press_answer.alert
    bound.put(t="press", who="5", id="p1", button=ask.buttons[0][0].id)
    bound.put(t="press", who="5", id="p2", button=ask.buttons[1][0].id)
    assert [subject for _, subject in bound.rows(Ticket.id, Ticket.subject)] == [
        "Не работает касса",
        "Как сменить пароль?",
    ]
    assert len(bound.rows(Entry.id)) == 3


def test_the_writer_can_add_to_the_open_ticket(bound: Desk, later: Later) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    bound.put(t="text", who="5", id="3", text="Добавлю: ошибка 42", at=later(900))
    bound.put(t="press", who="5", id="p1", button=bound.channel.sent[-1].buttons[1][0].id)
    assert [ticket for _, ticket in bound.rows(Entry.id, Entry.ticket_id)] == [1, 1]


def test_staff_can_choose_for_a_writer_who_does_not(bound: Desk, later: Later) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    bound.put(t="text", who="5", id="3", text="Ещё одно", at=later(900))
    route_by_hand(bound.actors["specialist"], 2, ticket_number=None)
    bound.pump()
    assert len(bound.rows(Ticket.id)) == 2


def test_another_author_opens_another_ticket(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    bound.put(t="text", who="6", id="2", text="Нет сети")
    assert [subject for _, subject in bound.rows(Ticket.id, Ticket.subject)] == ["Не работает касса", "Нет сети"]


def test_a_reply_goes_to_the_ticket_of_the_message_it_answers(bound: Desk, later: Later) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    bound.put(t="text", who="6", id="2", text="Нет сети")
    bound.put(t="text", who="6", id="3", text="У меня тоже", reply="1", at=later(5))
    bound.put(t="text", who="5", id="4", text="Спасибо", reply="out1", at=later(9000))
    assert [row[1:] for row in bound.rows(Entry.id, Entry.ticket_id, Entry.kind)] == [
        (1, "request"), (2, "request"), (1, "message"), (1, "message"),
    ]  # fmt: skip


def test_an_answer_to_a_question_takes_the_work_up_again(any_bound: Desk) -> None:
    any_bound.put(t="text", who="5", id="1", text="Не работает касса")
    moved = transition(any_bound.actors["specialist"], 1, "request_information", Act(text="Какая модель?"))
    assert moved.on_its_way
    any_bound.pump()
    assert any_bound.rows(Ticket.id, Ticket.state) == [(1, "waiting_customer")]
    any_bound.put(t="text", who="5", id="2", text="АТОЛ 30Ф", reply="out2")
    assert any_bound.rows(Ticket.id, Ticket.state) == [(1, "in_progress")]


def test_a_reply_to_a_closed_ticket_is_a_new_linked_one(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    requester = bound.rows(Ticket.id, Ticket.contact_id)[0][1]
    transition(bound.actors["specialist"], 1, "withdraw", Act(contact_id=requester))
    bound.put(t="text", who="5", id="2", text="Опять!", reply="1")
    assert [state for _, state in bound.rows(Ticket.id, Ticket.state)] == ["closed", "registered"]
    assert bound.rows(TicketLink.id, TicketLink.source_id, TicketLink.target_id, TicketLink.kind) == [
        (1, 2, 1, "follow_up")
    ]


def test_an_edit_keeps_the_earlier_text(bound: Desk, later: Later) -> None:
    bound.put(t="text", who="5", id="1", text="Не работает каса")
    bound.put(t="edit", who="5", id="1", text="Не работает касса", at=later(5))
    bound.put(t="edit", who="5", id="1", text="Не работает касса", at=later(6))
    ((_, text, earlier),) = bound.rows(Entry.id, Entry.text, Entry.earlier_texts)
    assert text == "Не работает касса"
    assert [old["text"] for old in earlier] == ["Не работает каса"]


def test_reasons_are_waited_for_a_day(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="Не печатает")
    transition(bound.actors["specialist"], 1, "answer", Act(text="Обновите"))
    bound.pump()
    bound.put(t="press", who="5", id="p", button="no.1.1")
    moment = datetime.now(UTC) + timedelta(days=2)
    with clock.set_to(lambda: moment):
        bound.put(t="text", who="5", id="2", text="Как сменить пароль?", at=moment.isoformat())
    assert bound.rows(Ticket.id, Ticket.state) == [(1, "answered")]
    assert bound.rows(InboxItem.id, InboxItem.state)[-1][1] == "asked"


def test_what_cannot_be_read_waits_for_a_person(bound: Desk) -> None:
    bound.put(t="bad")
    assert bound.rows(InboxItem.id, InboxItem.state, InboxItem.problem) == [(1, "dead", "torn")]
    assert ("inbox_item_waits", {"item": 1, "state": "dead"}) in [
        row[1:] for row in bound.rows(Event.id, Event.kind, Event.data)
    ]


def test_a_module_that_fails_leaves_a_dead_letter_and_the_next_message_is_served(bound: Desk) -> None:
    inbox.store("paper", "poison", {"t": "unknown"})
    moment = datetime.now(UTC)
    for step in range(6):
        with clock.set_to(lambda step=step: moment + timedelta(minutes=step)):
            bound.pump()
    bound.put(t="text", who="5", id="1", text="Живой")
    assert [state for _, state in bound.rows(InboxItem.id, InboxItem.state)] == ["dead", "done"]


@pytest.mark.parametrize("text", ["я" * 60_000, "<script>alert(1)</script>\x00\x07\u202e", "😀" * 3000, "   \n x"])
def test_hostile_texts_are_kept_and_found(any_bound: Desk, text: str) -> None:
    any_bound.put(t="text", who="5", id="1", text=text)
    ((_, kept),) = any_bound.rows(Entry.id, Entry.text)
    assert kept
    assert not set(kept) & {"\x00", "\x07", "\u202e"}
    assert len(any_bound.rows(Ticket.id)) == 1


def test_a_picture_without_text_opens_a_ticket(bound: Desk) -> None:
    bound.put(t="text", who="5", id="1", text="", files=["photo.jpg"])
    assert bound.rows(Ticket.id, Ticket.subject) == [(1, "photo.jpg")]
    assert bound.rows(Attachment.id, Attachment.state) == [(1, "waiting")]


def test_an_unnamed_member_is_served_without_an_identity(bound: Desk) -> None:
    bound.put(t="text", who=None, id="1", text="От имени группы")
    assert bound.rows(Ticket.id, Ticket.contact_id, Ticket.organisation_id) == [(1, None, bound.organisation_id)]


def test_a_private_stranger_is_registered_and_marked(bound: Desk) -> None:
    bound.put(t="text", who="77", id="1", text="Здравствуйте", chat="77", kind="private")
    assert bound.rows(Ticket.id, Ticket.entitlement) == [(1, "no_organisation")]


def test_a_blocked_person_stops_the_sending_until_they_write_again(bound: Desk) -> None:
    bound.put(t="text", who="77", id="1", text="Здравствуйте", chat="77", kind="private")
    bound.channel.results = [SendResult(SendState.UNREACHABLE, error="bot was blocked by the user")]
    transition(bound.actors["specialist"], 1, "answer", Act(text="Готово"))
    bound.pump()
    assert bound.rows(Ticket.id, Ticket.state, Ticket.answer_on_its_way) == [(1, "in_progress", False)]
    assert bound.rows(Chat.id, Chat.is_reachable)[1] == (2, False)
    bound.put(t="text", who="77", id="2", text="Я вернулся", chat="77", kind="private")
    assert bound.rows(Chat.id, Chat.is_reachable)[1] == (2, True)


def test_a_moved_chat_goes_on_and_the_message_is_sent_again(any_bound: Desk) -> None:
    any_bound.channel.results = [SendResult(SendState.MOVED, new_chat="-100777")]
    any_bound.put(t="text", who="5", id="1", text="Не работает касса")
    assert any_bound.channel.sent[-1].chat == "-100777"
    any_bound.put(t="text", who="6", id="1", text="Номера сообщений начались заново", chat="-100777")
    assert [subject for _, subject in any_bound.rows(Ticket.id, Ticket.subject)][
        1
    ] == "Номера сообщений начались заново"
    assert any_bound.rows(Chat.id, Chat.external_id) == [(1, "-100777")]


def test_a_pause_that_the_channel_asks_for_is_kept(bound: Desk) -> None:
    bound.channel.results = [SendResult(SendState.RETRY, error="429", retry_after=30)]
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    assert bound.channel.sent == []
    moment = datetime.now(UTC) + timedelta(seconds=31)
    with clock.set_to(lambda: moment):
        bound.pump()
    assert len(bound.channel.sent) == 1


def test_an_unproven_delivery_is_never_repeated_by_itself(bound: Desk) -> None:
    bound.channel.results = [RuntimeError("reset")]
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    moment = datetime.now(UTC) + timedelta(days=1)
    with clock.set_to(lambda: moment):
        bound.pump()
    assert bound.rows(Delivery.id, Delivery.state) == [(1, "unconfirmed")]
    assert bound.channel.sent == []


def test_a_sender_that_died_leaves_an_unproven_delivery(bound: Desk) -> None:
    bound.channel.results = [SendResult(SendState.RETRY, retry_after=0.001)]
    bound.put(t="text", who="5", id="1", text="Не работает касса")
    with db.engine.begin() as connection:
        connection.execute(sa.update(Delivery).values(state="sending", claimed_until=datetime.now(UTC) - timedelta(1)))
    bound.pump()
    assert bound.rows(Delivery.id, Delivery.state) == [(1, "unconfirmed")]
