# SPDX-License-Identifier: Apache-2.0
"""A platform with its Telegram module at work: people, organisations with chats, and conversations in them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from dialog_core.conversations import bind_chat
from dialog_core.staff import system_actor
from tests.running.api import Api, Json
from tests.running.platform import ADMINISTRATOR, Platform
from tests.running.waiting import eventually
from tests.telegram_emulator import Emulator
from tests.telegram_emulator.emulator import TOKEN

SPECIALIST = "specialist@example.org"
TOKENS = "tokens.json"
POLL_SECONDS = 5
NOWHERE = "http://127.0.0.1:9"
_numbers = itertools.count(1)


@dataclass
class Group:
    """A Telegram group of a customer, bound to its organisation.

    Attributes:
        chat: its id in Telegram.
        user: somebody without rights, `boss` the representative, both ids in Telegram.
    """

    chat: int
    user: int
    boss: int
    organisation: int


class Desk:
    """What tests act with, on a platform that was set up by `set_up`."""

    def __init__(self, platform: Platform, telegram: Emulator) -> None:
        self.platform = platform
        self.telegram = telegram
        tokens = json.loads((platform.home / TOKENS).read_text())
        self.api = Api(platform.url, tokens[SPECIALIST])
        self.admin = Api(platform.url, tokens[ADMINISTRATOR])

    def close(self) -> None:
        """Close the connections."""
        self.api.close()
        self.admin.close()

    def connect(self, **settings: Any) -> None:
        """Let the module talk to the emulator, and wait until it does."""
        values = {"base_url": self.telegram.url, "poll_seconds": POLL_SECONDS, **settings}
        self.platform.dialog_json("module", "settings", "telegram", "--set-json", json.dumps(values))
        sought = "setWebhook" if settings.get("mode") == "webhook" else "getUpdates"
        eventually(lambda: self.telegram.requests(sought), seconds=30, what=f"a call of {sought}")

    def organisation(self, **more: Any) -> Json:
        """Make an organisation that nobody else uses."""
        values = {"name": f"Romashka {next(_numbers)}", "address": "Lenina 1, Yekaterinburg", "language": "en", **more}
        return self.admin.make("/organisations", **values)

    def bind(self, chat: int, organisation: int) -> None:
        """Bind a chat of Telegram to an organisation, as the page of chats does."""
        found = eventually(lambda: self.chat_row(chat), what=f"chat {chat}")
        with self.platform.core():
            bind_chat(system_actor("cli"), found.id, organisation_id=organisation)

    def chat_row(self, chat: int) -> Any:
        """Return the platform's row of a chat, or None."""
        found = self.platform.rows("SELECT * FROM chat WHERE external_id = :chat", chat=str(chat))
        return found[0] if found else None

    def group(self, title: str = "Support", *, kind: str = "supergroup", is_bound: bool = True) -> Group:
        """Make a group with two people; the bot's arrival is known, and it is bound unless told otherwise."""
        user, boss = self.telegram.add_user("Ivan Petrov"), self.telegram.add_user("Olga Director")
        organisation = self.organisation()["id"]
        chat = self.telegram.add_group(title, [user, boss], kind=kind)
        if is_bound:
            self.bind(chat, organisation)
        return Group(chat, user, boss, organisation)

    def ticket_with(self, text: str, *, seconds: float = 15.0) -> Json:
        """Wait for the ticket that has an entry with exactly this text."""
        number = eventually(lambda: self.number_with(text), seconds=seconds, what=f"a ticket with {text[:60]!r}")
        return self.api.ticket(str(number))

    def number_with(self, text: str) -> str | None:
        """Return the number of the ticket that has an entry with exactly this text."""
        found = self.platform.rows(
            "SELECT ticket.number FROM entry JOIN ticket ON ticket.id = entry.ticket_id WHERE entry.text = :text",
            text=text,
        )
        return found[0].number if found else None

    def registered(self, group: Group, text: str) -> Json:
        """Let a group's user write a new request, and wait until the ticket is there and its number was told."""
        self.telegram.say(group.chat, group.user, f"/new {text}")
        ticket = self.ticket_with(text)
        self.telegram.wait_for(ticket["number"], chat=group.chat)
        return ticket

    def wait_state(self, number: str, state: str, *, seconds: float = 15.0) -> Json:
        """Wait until a ticket is in a state."""
        seen: Json = {}

        def look() -> bool:
            seen.update(self.api.ticket(number))
            return bool(seen["state"] == state)

        eventually(look, seconds=seconds, what=f"{number} {state}, it is {seen.get('state')}")
        return seen

    def answered(self, group: Group, text: str) -> Json:
        """Return a ticket that was answered in its group."""
        ticket = self.registered(group, text)
        response = self.api.transition(ticket["number"], "answer", text=f"Answer to: {text}")
        assert response.status_code == 202, response.text
        self.telegram.wait_for(f"Answer to: {text}", chat=group.chat)
        return self.wait_state(ticket["number"], "answered")

    def make_representative(self, group: Group) -> None:
        """Give the group's boss, who has spoken there, the right to represent the organisation."""
        contact = self.platform.rows("SELECT contact_id FROM identity WHERE external_id = :user", user=str(group.boss))[
            0
        ].contact_id
        response = self.admin.put(
            f"/contacts/{contact}/organisations/{group.organisation}",
            json={"may_open": True, "may_confirm": True, "may_represent": True},
        )
        assert response.is_success, response.text


def set_up(platform: Platform) -> None:
    """Make accounts and tokens, install and enable Telegram, all by the command line as a script would.

    Only the platform's language has no command: it is set as the page of the installation does.
    """
    platform.begin("Test support", timezone="Asia/Yekaterinburg")
    platform.add_person(SPECIALIST, "specialist", name="Semyon Specialist")
    tokens = {email: platform.token(email) for email in (ADMINISTRATOR, SPECIALIST)}
    (platform.home / TOKENS).write_text(json.dumps(tokens))
    installed = platform.dialog_json("module", "install", "telegram")
    assert installed["state"] == "done", installed
    platform.dialog_json(
        "module", "settings", "telegram", "--set-json", json.dumps({"token": TOKEN, "base_url": NOWHERE})
    )
    enabled = platform.dialog_json("module", "enable", "telegram")
    assert enabled["state"] == "done", enabled
    (row,) = [row for row in platform.dialog_json("module", "list")["modules"] if row["name"] == "telegram"]
    assert row["state"] == "enabled"
