# SPDX-License-Identifier: Apache-2.0
"""A small desk: people, an organisation with rights, and a channel that speaks the neutral contract."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from dialog_core.builtin import intake, notices
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.conversations import inbox, sending
from dialog_core.database import db, write
from dialog_core.events.dispatch import dispatch_next
from dialog_core.modules import Action, Verb
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.calls.relay import Hooks
from dialog_core.parties.models import Contact, Contract, Membership, Organisation
from dialog_core.plugin import (
    ButtonPressed,
    Channel,
    ChatKind,
    ChatRef,
    FileRef,
    Intent,
    NotUnderstood,
    Outbound,
    PersonRef,
    RawInbound,
    Received,
    SendResult,
    SendState,
    TextEdited,
    TextReceived,
    hookimpl,
)
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.models import Staff
from dialog_core.staff.permissions import BUILT_IN_ROLES
from tests.functional.changing import make_change


@dataclass
class PaperChannel:
    """A channel module whose network is a list: what is sent stands in `sent`, results are taken from `results`."""

    sent: list[Outbound] = field(default_factory=list)
    results: list[SendResult | Exception] = field(default_factory=list)

    @hookimpl
    def channels(self) -> list[Channel]:
        return [Channel("paper", {"ru": "Бумага", "en": "Paper"}, 200, 1 << 20)]

    @hookimpl
    def channel_receive(self, item: RawInbound) -> list[Received]:
        data = dict(item.payload)
        chat = ChatRef(data.get("chat", "-1"), ChatKind(data.get("kind", "group")), "Ромашка и поддержка")
        person = None if data.get("who") is None else PersonRef(data["who"], data.get("name", f"Человек {data['who']}"))
        at = datetime.fromisoformat(data["at"]) if "at" in data else now()
        files = tuple(FileRef(name, name) for name in data.get("files", ()))
        match data["t"]:
            case "text":
                intent, reply = Intent(data.get("intent", "none")), data.get("reply")
                return [TextReceived(chat, person, data["id"], data["text"], at, reply, files, intent)]
            case "edit":
                return [TextEdited(chat, person, data["id"], data["text"], at)]
            case "press":
                assert person is not None
                return [ButtonPressed(chat, person, data["button"], data["id"], data.get("message"))]
            case "bad":
                return [NotUnderstood("torn")]
        raise ValueError(data["t"])

    @hookimpl
    def channel_send(self, message: Outbound) -> SendResult:
        result = (
            self.results.pop(0) if self.results else SendResult(SendState.SENT, external_id=f"out{len(self.sent) + 1}")
        )
        if isinstance(result, Exception):
            raise result
        if result.state is SendState.SENT:
            self.sent.append(message)
        return result


@dataclass
class Desk:
    """What the tests act with."""

    hooks: Hooks
    channel: PaperChannel
    actors: dict[str, Actor]
    organisation_id: int
    representative_id: int
    count: int = 0

    def put(self, **payload: Any) -> None:
        """Let something come in and let everything that follows happen."""
        self.count += 1
        inbox.store("paper", f"{self.count}", payload)
        self.pump()

    def pump(self) -> None:
        """Let everything that is due happen."""
        for _ in range(200):
            if not (inbox.process_next(self.hooks) | dispatch_next(self.hooks) | sending.send_next(self.hooks)):
                return
        raise AssertionError("the desk never comes to rest")

    def rows(self, *columns: Any) -> list[tuple[Any, ...]]:
        """Read columns, oldest row first."""
        found = [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(columns[0].table.c.id))]
        db.session.rollback()
        return found

    @property
    def texts(self) -> list[str]:
        """What went out, texts only."""
        return [
            message.text or (message.press_answer.text if message.press_answer else "") for message in self.channel.sent
        ]


def make_desk() -> Desk:
    """Make the desk in the pushed application context."""
    channel = PaperChannel()
    manager = new_manager()
    manager.register(channel, name="paper")
    manager.register(notices, name="notices")
    manager.register(intake, name="intake")
    actors: dict[str, Actor] = {}
    with write() as session:
        for name, _, _, permissions in BUILT_IN_ROLES:
            person = Staff(email=f"{name}@example.org", name=name.title(), created_at=now())
            session.add(person)
            session.flush()
            actors[name] = Actor(ActorKind.STAFF, person.name, person.id, permissions, "api")
        organisation = Organisation(
            name="Ромашка", name_key="ромашка", address="Екатеринбург", created_at=now(), language="en"
        )
        boss = Contact(full_name="Глава Петрович", name_key="глава петрович", created_at=now())
        session.add_all([organisation, boss])
        session.flush()
        session.add(
            Membership(organisation_id=organisation.id, contact_id=boss.id, may_confirm=True, may_represent=True)
        )
        session.add(Contract(organisation_id=organisation.id, number="1", starts_on=(now() - timedelta(days=9)).date()))
        ids = organisation.id, boss.id
    desk = Desk(Hooks(manager), channel, actors, *ids)
    desk.pump()
    return desk


@pytest.fixture
def desk(sqlite_core: Flask) -> Desk:
    """Return a desk on SQLite."""
    return make_desk()


@pytest.fixture
def any_desk(any_core: Flask) -> Desk:
    """Return a desk on either database."""
    return make_desk()


@pytest.fixture
def bound(desk: Desk) -> Desk:
    """Return a desk whose group is bound to the organisation."""
    bind(desk)
    return desk


@pytest.fixture
def any_bound(any_desk: Desk) -> Desk:
    """Return a desk on either database whose group is bound to the organisation."""
    bind(any_desk)
    return any_desk


def bind(desk: Desk) -> None:
    """Bind the group `-1` to the organisation."""
    from dialog_core.conversations import bind_chat
    from dialog_core.conversations.chats import ensure_chat

    with write() as session:
        chat_id = ensure_chat(session, "paper", ChatRef("-1", ChatKind.GROUP, "Ромашка")).id
    bind_chat(desk.actors["specialist"], chat_id, organisation_id=desk.organisation_id)
    desk.pump()


@pytest.fixture
def later() -> Callable[[int], str]:
    """Return a function that tells the time some seconds from now, as a payload carries it."""
    return lambda seconds: (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


_assembled: dict[tuple[str, ...], Path] = {}


@pytest.fixture
def assembled(
    sqlite_config: Config, module_catalog: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., None]:
    """Return a function that makes changes (`"install plain"`) on the SQLite home, one after the other.

    They are made once in each process of the tests; whoever asks for the same again gets a copy of that home. Nothing
    may have opened the database yet.
    """

    def bring(*changes: str, catalog: tuple[str, ...]) -> None:
        module_catalog(*catalog)
        key = (*catalog, *changes)
        if key in _assembled:
            shutil.rmtree(sqlite_config.home)
            shutil.copytree(_assembled[key], sqlite_config.home)
            return
        for change in changes:
            verb, _, name = change.partition(" ")
            assert make_change(sqlite_config, Action(Verb(verb), name)) == ""
        _assembled[key] = tmp_path_factory.mktemp("assembled") / "home"
        shutil.copytree(sqlite_config.home, _assembled[key])

    return bring
