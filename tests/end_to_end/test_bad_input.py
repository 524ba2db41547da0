# SPDX-License-Identifier: Apache-2.0
"""What comes in wrong, too large or too often: nothing is lost or doubled, and the person concerned learns why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import eventually
from tests.running.desk import Desk, Group

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bad_input")]
HOSTILE = "<script>alert('1')</script> <b>bold</b> & \u202edesrever\u202c \x00\x07\x1b[31mred 😀 {{7*7}} %(number)s"
CLEANED = "<script>alert('1')</script> <b>bold</b> & desrever [31mred 😀 {{7*7}} %(number)s"


@pytest.fixture(scope="module")
def group(desk: Desk) -> Group:
    """Return a bound group; each test registers its own request there."""
    return desk.group("Bad input")


def test_updates_that_make_no_sense_stand_on_the_desk_and_hold_up_nobody(desk: Desk, group: Group) -> None:
    """A malformed update is kept for a person; what comes after it is served."""
    raw: list[dict[str, Any]] = [
        {"message": "not an object"},
        {"message": {"chat": {"id": "many"}, "text": 7}},
        {"callback_query": {"id": [], "from": None}},
        {
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": group.chat, "type": "supergroup"},
                "text": {"a": [None]},
            }
        },
    ]
    numbers = [desk.telegram.raw_update(update) for update in raw]
    desk.registered(group, "After the nonsense")
    states = {
        int(row.external_id.rpartition(":")[2]): row.state
        for row in desk.platform.rows("SELECT external_id, state FROM inbox_item")
    }
    assert [states[number] for number in numbers[:3]] == ["dead"] * 3
    assert states[numbers[3]] in {"dead", "ignored"}


def test_a_repeated_update_is_taken_once(desk: Desk, group: Group) -> None:
    """Telegram repeats what was not confirmed; the number of an update decides."""
    ticket = desk.registered(group, "Say it once")
    stored = desk.telegram.world.chats[group.chat].messages
    (message,) = [dict(item) for item in stored.values() if item.get("text") == "/new Say it once"]
    number = desk.telegram.raw_update({"message": message})
    desk.telegram.raw_update({"update_id": number, "message": message})
    desk.registered(group, "After the repetition")
    assert len(desk.platform.rows("SELECT id FROM entry WHERE text = 'Say it once'")) == 1
    assert [entry["text"] for entry in desk.api.entries(ticket["number"])] == ["Say it once"]


def test_markup_and_control_characters_are_text(desk: Desk, group: Group) -> None:
    """HTML stays what was typed, control characters and direction overrides go, on every way."""
    desk.telegram.say(group.chat, group.user, f"/new {HOSTILE.replace(chr(0), '')}")
    ticket = desk.ticket_with(CLEANED)
    assert ticket["subject"] == CLEANED[:120]
    desk.api.transition(ticket["number"], "answer", text=f"Answer: {HOSTILE}")
    sent = desk.telegram.wait_for("Answer: <script>", chat=group.chat)
    assert sent["text"].endswith(f"Answer: {CLEANED}")
    request = next(item for item in reversed(desk.telegram.requests("sendMessage")) if "Answer:" in str(item))
    assert "parse_mode" not in request["parameters"]


def test_a_text_of_sixty_thousand_characters_goes_out_in_parts(desk: Desk, group: Group) -> None:
    """A long answer is kept whole and delivered in parts, in order, the buttons under the last."""
    ticket = desk.registered(group, "Please send all of it")
    words = " ".join(f"word{number:05d}" for number in range(6000))
    assert len(words) == 59_999
    before = len(desk.telegram.sent(group.chat))
    response = desk.api.transition(ticket["number"], "answer", text=words)
    assert response.status_code == 202, response.text
    desk.wait_state(ticket["number"], "answered", seconds=40)
    sent = desk.telegram.sent(group.chat)[before:]
    arrived = " ".join(item["text"] for item in sent)
    assert [word for word in arrived.split() if word.startswith("word")] == words.split()
    assert [bool(item["buttons"]) for item in sent] == [False] * (len(sent) - 1) + [True]
    assert len(sent) == 15
    assert words in [entry["text"] for entry in desk.api.entries(ticket["number"])]


def test_the_longest_text_of_telegram_is_kept_whole(desk: Desk, group: Group) -> None:
    """4096 UTF-16 units, half of them emoji."""
    text = "😀" * 1000 + "я" * 2090
    ticket = desk.registered(group, text)
    assert desk.api.entries(ticket["number"])[0]["text"] == text
    assert len(ticket["subject"]) <= 300


def test_a_file_over_the_limit_leaves_its_place_in_the_ticket(desk: Desk, group: Group) -> None:
    """Telegram gives bots no file over 20 MiB: the ticket says so, and a small one beside it is there."""
    big = {"name": "crash.dump", "content": b"x", "size": 25 * 2**20}
    desk.telegram.say(group.chat, group.user, "/new The dump of the crash", file=big)
    ticket = desk.ticket_with("The dump of the crash")
    desk.telegram.say(group.chat, group.user, "And the log", file={"name": "small.log", "content": b"line\n"})
    desk.ticket_with("And the log")
    files = eventually(lambda: _settled_files(desk, ticket["number"]), seconds=20, what="both files settled")
    assert {name: file["state"] for name, file in files.items()} == {"crash.dump": "missing", "small.log": "stored"}
    assert files["crash.dump"]["problem"]
    content = desk.api.get(f"/attachments/{files['small.log']['id']}")
    assert content.content == b"line\n"


def test_a_customer_who_blocked_the_bot_is_unreachable(desk: Desk) -> None:
    """The answer stays visibly undelivered, the ticket in progress; when the customer is back it can be sent again."""
    user = desk.telegram.add_user("Pavel Silent")
    desk.telegram.say(user, user, "A question from a private chat")
    ticket = desk.ticket_with("A question from a private chat")
    number = ticket["number"]
    desk.telegram.wait_for(number, chat=user)
    # The update about the block is withheld, so that the platform learns of it by the 403 alone.
    desk.telegram.world.chats[user].blocked.add(desk.telegram.bot.id)
    response = desk.api.transition(number, "answer", text="You will not read this")
    assert response.status_code == 202
    delivery = eventually(lambda: _delivery(desk, number, "unreachable"), what="the delivery is unreachable")
    assert "blocked" in delivery["problem"]
    seen = desk.api.ticket(number)
    assert (seen["state"], seen["answer_on_its_way"]) == ("in_progress", False)
    assert not desk.chat_row(user).is_reachable
    refused = desk.api.transition(number, "answer", text="Again")
    assert refused.status_code == 409
    assert "delivered_by" in refused.json()["missing"]

    desk.telegram.unblock(user)
    desk.telegram.say(user, user, "I am back", reply_to=None)
    eventually(lambda: desk.chat_row(user).is_reachable, what="the chat is reachable again")
    assert desk.api.transition(number, "answer", text="Now you will").status_code == 202
    desk.telegram.wait_for("Now you will", chat=user)
    desk.wait_state(number, "answered")


def test_too_many_requests_are_waited_out_and_sent_once(desk: Desk, group: Group) -> None:
    """429 with `retry_after`: the answer comes later, and once."""
    ticket = desk.registered(group, "Send it slowly")
    limits = {"code": 429, "description": "Too Many Requests: retry after 2", "parameters": {"retry_after": 2}}
    desk.telegram.fail("sendMessage", chat=group.chat, **limits)
    desk.api.transition(ticket["number"], "answer", text="A patient answer")
    waiting = eventually(lambda: _delivery(desk, ticket["number"], "queued", attempts=1), what="the delivery waits")
    assert "429" in waiting["problem"]
    assert desk.api.ticket(ticket["number"])["answer_on_its_way"] is True
    desk.wait_state(ticket["number"], "answered")
    sent = [item for item in desk.telegram.sent(group.chat) if "A patient answer" in item["text"]]
    assert len(sent) == 1
    assert _delivery(desk, ticket["number"], "sent")["attempts"] == 2


def test_a_lost_answer_of_telegram_is_never_repeated_blindly(desk: Desk, group: Group) -> None:
    """Sent, but the confirmation was lost: a person decides; the customer never gets it twice by itself."""
    ticket = desk.registered(group, "Send it once")
    desk.telegram.fail("sendMessage", action="lose_answer", chat=group.chat)
    desk.api.transition(ticket["number"], "answer", text="Perhaps you read this")
    eventually(lambda: _delivery(desk, ticket["number"], "unconfirmed"), what="the delivery is unconfirmed")
    assert desk.api.ticket(ticket["number"])["state"] == "in_progress"
    desk.registered(group, "Something afterwards")
    assert len([item for item in desk.telegram.sent(group.chat) if "Perhaps you read" in item["text"]]) == 1


def test_an_edited_message_changes_its_entry(desk: Desk, group: Group) -> None:
    """The new text is shown, the earlier one kept."""
    said = desk.telegram.say(group.chat, group.user, "/new The tabel is empty")
    ticket = desk.ticket_with("The tabel is empty")
    desk.telegram.edit(group.chat, said, "/new The table is empty")
    changed = desk.ticket_with("The table is empty")
    assert changed["number"] == ticket["number"]
    (entry,) = desk.api.entries(ticket["number"])
    assert entry["edited_at"] is not None
    (row,) = desk.platform.rows("SELECT earlier_texts FROM entry WHERE id = :id", id=entry["id"])
    assert "The tabel is empty" in row.earlier_texts


def test_a_group_that_became_a_supergroup_goes_on(desk: Desk) -> None:
    """The id changes, the tickets and the binding don't; an answer finds the new chat."""
    group = desk.group("Growing", kind="group")
    ticket = desk.registered(group, "Before the group grew")
    new = desk.telegram.migrate(group.chat)
    desk.api.transition(ticket["number"], "answer", text="It goes to the new place")
    desk.telegram.wait_for("It goes to the new place", chat=new)
    desk.wait_state(ticket["number"], "answered")
    moved = Group(new, group.user, group.boss, group.organisation)
    later = desk.registered(moved, "After the group grew")
    assert later["organisation"]["id"] == group.organisation
    eventually(lambda: desk.chat_row(group.chat) is None, what="the old id is gone")


def test_a_migration_that_is_learnt_while_sending(desk: Desk) -> None:
    """Only the refusal tells the new id (`migrate_to_chat_id`): the answer is sent there, once."""
    group = desk.group("Growing unseen", kind="group")
    ticket = desk.registered(group, "Nobody tells the bot")
    desk.telegram.bot.allowed = ("callback_query",)
    try:
        new = desk.telegram.migrate(group.chat)
    finally:
        desk.telegram.bot.allowed = None
    desk.api.transition(ticket["number"], "answer", text="It finds its way")
    desk.telegram.wait_for("It finds its way", chat=new)
    desk.wait_state(ticket["number"], "answered")
    assert len([item for item in desk.telegram.sent(new) if "It finds its way" in item["text"]]) == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        (b"\xff\xfe", 400, None),
        (b"[]", 422, ""),
        (b'{"subject": 5}', 422, "subject"),
        (b'{"subject": "s", "description": "d", "kind": "party", "contact": 1}', 422, "kind"),
        (
            b'{"subject": "s", "description": "d", "kind": "outage", "contact": {"full_name": "n"}}',
            422,
            "contact.phone",
        ),
        (b'{"subject": "s", "description": "d", "kind": "outage", "contact": 1, "colour": 1}', 422, "colour"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, 400, None),
    ],
)
def test_a_body_of_the_wrong_shape_names_the_field(desk: Desk, body: bytes, status: int, field: str | None) -> None:
    """Problem documents, and nothing registered."""
    before = desk.platform.rows("SELECT count(*) AS number FROM ticket")
    response = desk.api.post("/tickets", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    if field is not None:
        assert field in [error["field"] for error in response.json()["errors"]]
    assert desk.platform.rows("SELECT count(*) AS number FROM ticket") == before


def test_a_body_of_fifty_megabytes_is_refused_at_once(desk: Desk) -> None:
    """413 by the announced length, and by what really comes when none is announced."""
    huge = b'{"subject": "' + b"x" * (50 * 2**20)
    headers = {"Content-Type": "application/json"}
    assert desk.api.post("/tickets", content=huge, headers=headers).status_code == 413
    pieces = iter([huge[at : at + 2**20] for at in range(0, len(huge), 2**20)])
    assert desk.api.post("/tickets", content=pieces, headers=headers).status_code in {411, 413}
    assert desk.api.get("/tickets").status_code == 200


def _delivery(desk: Desk, number: str, state: str, *, attempts: int = 0) -> dict[str, Any]:
    """Return the newest delivery of a ticket when it is in a state, else nothing."""
    found = [delivery for entry in desk.api.entries(number) for delivery in entry["deliveries"]]
    newest: dict[str, Any] = found[-1] if found else {}
    return newest if newest and newest["state"] == state and newest["attempts"] >= attempts else {}


def _settled_files(desk: Desk, number: str) -> dict[str, dict[str, Any]]:
    files = {file["name"]: file for entry in desk.api.entries(number) for file in entry["attachments"]}
    return files if len(files) == 2 and all(file["state"] != "waiting" for file in files.values()) else {}
