# SPDX-License-Identifier: Apache-2.0
"""What waits for a person, and the chats that it came through."""

from __future__ import annotations

from typing import Any

import pytest

from dialog_core.clock import now
from dialog_core.conversations.models import Chat, InboxItem
from dialog_core.database import db, write


@pytest.fixture
def waiting(desk: Any) -> Any:
    """Return a desk with a group that is not connected, two messages held in it, and one that cannot be read."""
    with desk.app.app_context():
        with write() as session:
            chat = Chat(
                channel="paper",
                external_id="-2",
                kind="group",
                title="<b>Tulip</b>",
                created_at=now(),
                unreachable_reason="",
            )
            session.add(chat)
            session.flush()
            for index, (state, text) in enumerate((("held", "<i>Help</i> us"), ("held", "Hello?"), ("dead", ""))):
                payload = {"update_id": index, "message": {"text": text, "from": {"first_name": "Tim"}}}
                session.add(
                    InboxItem(
                        channel="paper", external_id=str(index), payload=payload, received_at=now(), state=state,
                        chat_id=chat.id if state == "held" else None, problem="torn <u>" if state == "dead" else "",
                    )
                )  # fmt: skip
            desk.group_id = chat.id
        db.session.remove()
    return desk


def test_desk_shows_what_waits(waiting: Any, specialist: Any) -> None:
    raw = specialist.get("/inbox").text
    assert "Help" in raw
    assert "Tim" in raw
    assert "&lt;i&gt;Help&lt;/i&gt; us" in raw
    for markup in ("<i>Help", "<b>Tulip", "torn <u>"):
        assert markup not in raw
    assert raw.count("Connect the chat") == 2
    assert raw.count("Try once more") == 1


def test_binding_releases_and_says_how_many(waiting: Any, specialist: Any) -> None:
    specialist.get("/chats?show=unbound")
    assert "2 messages wait" in specialist.page
    specialist.get(f"/chats/{waiting.group_id}")
    assert specialist.post(f"/chats/{waiting.group_id}", {"organisation_text": "typed only"}).status_code == 422
    assert "Choose an organisation from the list." in specialist.page
    assert (
        specialist.post(f"/chats/{waiting.group_id}", {"organisation_id": waiting.organisation_id}).status_code == 303
    )
    specialist.get("/chats")
    assert "2 messages that waited are being turned into tickets" in specialist.page
    assert waiting.rows("select state, count(*) from inbox_item group by state order by state") == [
        ("dead", 1),
        ("pending", 2),
    ]
    specialist.get(f"/chats/{waiting.group_id}")
    specialist.post(f"/chats/{waiting.group_id}", {"part": "1"})
    assert waiting.rows(f"select organisation_id from chat where id = {waiting.group_id}") == [(None,)]


def test_aside_and_again(waiting: Any, specialist: Any) -> None:
    dead = waiting.rows("select id from inbox_item where state = 'dead'")[0][0]
    specialist.get("/inbox")
    assert specialist.post(f"/inbox/{dead}/route").status_code == 303
    assert waiting.rows(f"select state from inbox_item where id = {dead}") == [("pending",)]
    held = waiting.rows("select min(id) from inbox_item where state = 'held'")[0][0]
    assert specialist.post(f"/inbox/{held}/aside").status_code == 303
    specialist.post(f"/inbox/{held}/aside")
    specialist.get("/inbox")
    assert "This item is routed already." in specialist.page


def test_tester_works_on_neither(waiting: Any, visitor: Any) -> None:
    tester = visitor("tess@example.com")
    assert tester.get("/inbox").status_code == 403
    assert tester.get("/chats").status_code == 403
    tester.get("/queue")
    assert "/inbox" not in tester.page
    held = waiting.rows("select min(id) from inbox_item where state = 'held'")[0][0]
    assert tester.post(f"/inbox/{held}/aside").status_code == 403
    assert tester.post(f"/chats/{waiting.group_id}", {"organisation_id": waiting.organisation_id}).status_code == 403
