# SPDX-License-Identifier: Apache-2.0
"""The regulation's table through the API: what is done, refused, and on its way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.conversations.models import Chat
from dialog_core.database import write
from dialog_core.tickets.models import Ticket
from tests.functional.api.conftest import Caller, Callers


def do(caller: Caller, number: str, transition: str, **values: Any) -> Any:
    return caller.post(f"/tickets/{number}/transitions", {"transition": transition, **values})


def give_chat(callers: Callers, number: str) -> None:
    """Let the ticket have come from a chat, through which its customer can be told."""
    with callers.app.app_context(), write() as session:
        chat = Chat(channel="paper", external_id=number, kind="group", title="Ромашка", created_at=now())
        session.add(chat)
        session.flush()
        session.execute(update(Ticket).where(Ticket.number == number).values(chat_id=chat.id))


def test_a_ticket_goes_all_its_way(any_callers: Callers) -> None:
    caller = any_callers.specialist
    made = caller.ticket()
    number = made["number"]
    answered = do(caller, number, "answer", text="Заменили кабель", delivered_by="call")
    assert (answered.status_code, answered.get_json()["performed"]) == (200, ["start", "answer"])
    confirmed = do(caller, number, "confirm", contact=made["contact"]["id"])
    assert confirmed.get_json()["state"] == "completed"
    refused = do(caller, number, "close", contact=made["contact"]["id"])
    assert refused.status_code == 409
    assert refused.get_json(force=True)["missing"] == ["contact.may_represent"]
    place = f"/contacts/{made['contact']['id']}/organisations/{made['organisation']['id']}"
    caller.call("PUT", place, json={"may_represent": True})
    closed = do(caller, number, "close", contact=made["contact"]["id"]).get_json()
    assert (closed["state"], closed["outcome"]) == ("closed", "confirmed")
    assert caller.get(f"/tickets/{number}").get_json()["closed_at"]


@pytest.mark.parametrize(
    ("before", "transition", "values", "missing"),
    [
        ([], "answer", {"text": "x"}, ["delivered_by"]),
        ([], "answer", {"delivered_by": "call"}, ["text"]),
        ([], "request_information", {}, ["text", "delivered_by"]),
        ([], "decline", {}, ["reason", "text"]),
        ([], "merge", {}, ["target"]),
        ([], "withdraw", {}, ["contact"]),
        (["answer"], "recall", {}, ["reason"]),
        (["answer"], "dispute", {}, ["reason"]),
        (["answer"], "confirm", {}, ["contact", "contact.may_confirm"]),
    ],
)
def test_409_says_what_the_table_still_needs(
    callers: Callers, before: list[str], transition: str, values: dict[str, Any], missing: list[str]
) -> None:
    caller = callers.supervisor
    number = caller.ticket()["number"]
    for name in before:
        assert do(caller, number, name, text="x", delivered_by="call").status_code == 200
    answer = do(caller, number, transition, **values)
    assert answer.status_code == 409
    assert answer.get_json(force=True)["missing"] == missing


def test_what_the_state_does_not_allow_is_409(caller: Caller) -> None:
    number = caller.ticket()["number"]
    assert do(caller, number, "confirm", contact=1).status_code == 409
    assert do(caller, number, "resume", text="x").status_code == 409


def test_who_may_not_decline_is_told_so(callers: Callers) -> None:
    number = callers.specialist.ticket()["number"]
    values = {"reason": "Нет договора", "text": "К сожалению, нет."}
    assert do(callers.specialist, number, "decline", **values).status_code == 403
    declined = do(callers.supervisor, number, "decline", **values).get_json()
    assert (declined["state"], declined["outcome"]) == ("closed", "declined")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"transition": "explode"}, "transition"),
        ({"transition": "confirm", "contact": 404}, "contact"),
        ({"transition": "answer", "text": "x", "delivered_by": "pigeon"}, "delivered_by"),
        ({"transition": "merge", "target": "2026-999999"}, "target"),
        ({"transition": "start", "executor": 404}, "executor"),
        ({}, "transition"),
    ],
)
def test_a_wrong_value_is_422(caller: Caller, values: dict[str, Any], field: str) -> None:
    number = caller.ticket()["number"]
    if values.get("transition") == "confirm":
        do(caller, number, "answer", text="x", delivered_by="call")
    answer = caller.post(f"/tickets/{number}/transitions", values)
    assert answer.status_code in {404, 422} if field == "target" else answer.status_code == 422, answer.text
    if answer.status_code == 422:
        assert answer.get_json(force=True)["errors"][0]["field"] == field


def test_silence_is_nobodys_to_say(caller: Caller) -> None:
    number = caller.ticket()["number"]
    do(caller, number, "answer", text="x", delivered_by="call")
    assert do(caller, number, "silence").status_code == 403


def test_an_answer_that_travels_is_202_with_its_delivery(any_callers: Callers) -> None:
    caller = any_callers.specialist
    number = caller.ticket()["number"]
    give_chat(any_callers, number)
    answer = do(caller, number, "answer", text="Готово")
    assert answer.status_code == 202
    done = answer.get_json()
    assert (done["state"], done["answer_on_its_way"], done["performed"]) == ("in_progress", True, ["start"])
    assert [(one["channel"], one["state"]) for one in done["deliveries"]] == [("paper", "queued")]
    assert caller.get(f"/tickets/{number}").get_json()["answer_on_its_way"] is True
    assert do(caller, number, "answer", text="Ещё раз").status_code == 409


def test_a_key_makes_a_repeated_answer_travel_once(callers: Callers) -> None:
    caller = callers.specialist
    number = caller.ticket()["number"]
    give_chat(callers, number)
    body = {"transition": "answer", "text": "Готово"}
    first = caller.post(f"/tickets/{number}/transitions", body, headers={"Idempotency-Key": "a"})
    again = caller.post(f"/tickets/{number}/transitions", body, headers={"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.data == again.data
    entries = caller.get(f"/tickets/{number}/entries").get_json()["items"]
    assert [one["kind"] for one in entries] == ["request", "answer"]


def test_the_allowed_transitions_follow_the_state_and_the_role(callers: Callers) -> None:
    number = callers.specialist.ticket()["number"]

    def names(caller: Caller) -> set[str]:
        items = caller.get(f"/tickets/{number}/transitions").get_json()["items"]
        return {one["transition"] for one in items}

    assert names(callers.specialist) == {"start", "request_information", "answer", "withdraw", "merge"}
    assert names(callers.supervisor) == names(callers.specialist) | {"decline"}
    do(callers.specialist, number, "answer", text="x", delivered_by="in_person")
    assert names(callers.specialist) == {"recall", "confirm", "dispute", "withdraw", "merge"}


def test_merging_leaves_a_link(callers: Callers) -> None:
    caller = callers.specialist
    one, other = caller.ticket()["number"], caller.ticket()["number"]
    merged = do(caller, one, "merge", target=other).get_json()
    assert (merged["state"], merged["outcome"]) == ("closed", "merged")
    links = caller.get(f"/tickets/{other}").get_json()["links"]
    assert [(link["number"], link["direction"]) for link in links] == [(one, "from")]
    with callers.app.app_context(), write() as session:
        assert session.scalar(select(Ticket.is_open).where(Ticket.number == other)) is True


def test_a_merge_is_taken_back_once(any_callers: Callers) -> None:
    caller = any_callers.specialist
    merged, target = caller.ticket()["number"], caller.ticket()["number"]
    assert do(caller, merged, "merge", target=target).get_json()["outcome"] == "merged"
    back = caller.post(f"/tickets/{merged}/unmerge", {})
    assert back.status_code == 200
    assert (back.get_json()["state"], back.get_json()["outcome"]) == ("registered", None)
    assert back.get_json()["links"] == []
    again = caller.post(f"/tickets/{merged}/unmerge", {})
    assert again.status_code == 409
    assert "not merged" in again.get_json(force=True)["detail"]
