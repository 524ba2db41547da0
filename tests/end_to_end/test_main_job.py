# SPDX-License-Identifier: Apache-2.0
"""One real request, as people would take it through: Telegram on one side, the API on the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.running import eventually
from tests.running.desk import Desk, Group

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("main_job")]
SOLVED, CLOSE, NOT_SOLVED = "✅ Solved", "🔒 Close (representative)", "❌ Not solved"


@pytest.fixture(scope="module")
def group(desk: Desk) -> Group:
    """Return a bound group whose boss has written once and represents the organisation."""
    found = desk.group("Romashka and support")
    desk.registered(Group(found.chat, found.boss, found.boss, found.organisation), "Our boss says hello")
    desk.make_representative(found)
    return found


def test_a_group_that_nobody_knows_is_held_until_it_is_bound(desk: Desk) -> None:
    """What a customer wrote before anybody knew the group becomes a ticket when the group is bound."""
    group = desk.group("Strangers", is_bound=False)
    desk.telegram.say(group.chat, group.user, "The cash desk prints nothing")
    desk.telegram.wait_for("Your message is kept", chat=group.chat)
    row = desk.chat_row(group.chat)
    held = desk.platform.rows("SELECT state FROM inbox_item WHERE chat_id = :chat AND state = 'held'", chat=row.id)
    assert len(held) == 1
    assert desk.number_with("The cash desk prints nothing") is None

    desk.bind(group.chat, group.organisation)

    ticket = desk.ticket_with("The cash desk prints nothing")
    assert (ticket["state"], ticket["channel"]) == ("registered", "telegram")
    assert ticket["organisation"]["id"] == group.organisation
    assert ticket["contact"]["full_name"] == "Ivan Petrov"


def test_from_the_first_message_to_the_end(desk: Desk, group: Group) -> None:
    """Registered, answered, confirmed with a double click, closed by the representative and by nobody else."""
    asked = desk.telegram.say(group.chat, group.user, "The printer does not print")
    ticket = desk.ticket_with("The printer does not print")
    number = ticket["number"]
    told = desk.telegram.wait_for(number, chat=group.chat)
    assert told["reply_to"] == asked

    response = desk.api.transition(number, "answer", text="Switch it off and on again, please.")
    assert response.status_code == 202
    done = response.json()
    assert done["answer_on_its_way"] is True
    assert [delivery["channel"] for delivery in done["deliveries"]] == ["telegram"]
    answer = desk.telegram.wait_for("Switch it off and on again", chat=group.chat)
    assert answer["reply_to"] == asked
    assert number in answer["text"]
    labels = [button["label"] for row in answer["buttons"] for button in row]
    assert labels[:2] == [SOLVED, NOT_SOLVED]
    answered = desk.wait_state(number, "answered")
    assert answered["answer_on_its_way"] is False
    assert answered["responsible"]["name"] == "Semyon Specialist"

    first, second = desk.telegram.press(group.chat, group.user, SOLVED, message=answer["message_id"], times=2)
    desk.wait_state(number, "completed")
    closing = desk.telegram.wait_for(f"Ticket {number} is completed", chat=group.chat)
    replies = eventually(lambda: _answers_to(desk, first, second), what="an answer to both presses")
    assert sorted(replies) == sorted(["Thank you!", f"Ticket {number} is confirmed already."])

    (refused,) = desk.telegram.press(group.chat, group.user, CLOSE, message=closing["message_id"])
    alert = eventually(lambda: _press_answer(desk, refused), what="an answer to the press")
    assert alert["alert"] is True
    assert "representative" in alert["text"]
    assert desk.api.ticket(number)["state"] == "completed"

    desk.telegram.press(group.chat, group.boss, CLOSE, message=closing["message_id"])
    closed = desk.wait_state(number, "closed")
    assert closed["outcome"] == "confirmed"
    desk.telegram.wait_for(f"Ticket {number} is closed", chat=group.chat)
    assert _transitions(desk, number) == ["start", "answer", "confirm", "close"]


def test_a_disagreement_goes_back_to_work_with_its_reasons(desk: Desk, group: Group) -> None:
    """`Not solved` asks for the reasons; what is written then is the dispute."""
    ticket = desk.answered(group, "Reports show last year")
    desk.telegram.press(group.chat, group.user, NOT_SOLVED)
    desk.telegram.wait_for(f"why ticket {ticket['number']} is not solved", chat=group.chat)
    desk.telegram.say(group.chat, group.user, "They still show last year, I looked twice")
    back = desk.wait_state(ticket["number"], "in_progress")
    assert back["outcome"] is None
    assert "They still show last year, I looked twice" in [
        entry["text"] for entry in desk.api.entries(ticket["number"])
    ]


def test_a_question_is_answered_by_a_reply(desk: Desk, group: Group) -> None:
    """A reply to a message of a ticket belongs to that ticket and takes the work up again."""
    ticket = desk.registered(group, "The scanner is silent")
    response = desk.api.transition(ticket["number"], "request_information", text="Which scanner is it?")
    assert response.status_code == 202
    question = desk.telegram.wait_for("Which scanner is it?", chat=group.chat)
    desk.wait_state(ticket["number"], "waiting_customer")
    desk.telegram.say(group.chat, group.user, "The green one", reply_to=question["message_id"])
    desk.wait_state(ticket["number"], "in_progress")
    assert desk.number_with("The green one") == ticket["number"]


def test_an_internal_note_never_leaves(desk: Desk, group: Group) -> None:
    """Colleagues read notes, customers never do."""
    ticket = desk.registered(group, "A question about notes")
    before = len(desk.telegram.sent(group.chat))
    note = desk.api.make(f"/tickets/{ticket['number']}/entries", kind="note", text="He is always like that")
    assert note["deliveries"] == []
    reply = desk.api.make(f"/tickets/{ticket['number']}/entries", kind="reply", text="We are looking into it")
    assert len(reply["deliveries"]) == 1
    desk.telegram.wait_for("We are looking into it", chat=group.chat)
    texts = [item["text"] for item in desk.telegram.sent(group.chat)[before:]]
    assert not any("always like that" in text for text in texts)


def _answers_to(desk: Desk, *presses: str) -> list[str]:
    found = [_press_answer(desk, press) for press in presses]
    return [answer["text"] for answer in found if answer] if all(found) else []


def _press_answer(desk: Desk, press: str) -> dict[str, Any]:
    return next((item for item in desk.telegram.press_answers() if item["press"] == press), {})


def _transitions(desk: Desk, number: str) -> list[str]:
    rows = desk.platform.rows(
        "SELECT event.data FROM event JOIN ticket ON ticket.id = event.ticket_id"
        " WHERE ticket.number = :number AND event.kind = 'ticket_transitioned' ORDER BY event.id",
        number=number,
    )
    return [json.loads(row.data)["transition"] for row in rows]
