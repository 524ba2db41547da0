# SPDX-License-Identifier: Apache-2.0
"""The platform with one module, in the process of the test: what a module author's tests act with."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy.pool import QueuePool

from dialog_core import events, fields, installation, staff
from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.conversations.models import Chat, Delivery
from dialog_core.database import db, is_writing, read, write
from dialog_core.errors import NotFound
from dialog_core.modules import (
    LoadedModule,
    current_settings,
    forget_cached,
    keep_checked_settings,
    prepare_tables,
    put_in_force,
    run_with,
)
from dialog_core.plugin import Job, JobContext, TicketEvent
from dialog_core.runtime import runtime
from dialog_core.staff.models import Staff
from dialog_core.testing import work
from dialog_core.testing.clock import Clock
from dialog_core.testing.making import Factory
from dialog_core.testing.module_under_test import ModuleUnderTest
from dialog_core.testing.visitors import Browser, Program

MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way out, or gone: a row of the platform's deliveries.

    Attributes:
        chat: the channel's id of the chat.
        state: `queued`, `sending`, `sent`, `failed`, `unreachable`, `unconfirmed`.
        external_id: the channel's id of the message, once it was sent.
        error: what the channel said, empty when nothing is wrong.
    """

    channel: str
    chat: str
    text: str
    state: str
    external_id: str | None
    error: str


class ModulePlatform:
    """The platform, the module enabled, on a database of its own; the fixture `platform`."""

    def __init__(self, config: Config, module: ModuleUnderTest, clock: Clock) -> None:
        self.config = config
        self.module = module
        self.clock = clock
        self.make = Factory(self.actor, module.name)
        self.expects_failures = False
        """Set it when a test makes the module fail on purpose; otherwise each failure fails the test."""
        self._people: dict[tuple[str, str], int] = {}
        self._context: AppContext | None = None
        self._plugin = _import(module)
        self._loaded = LoadedModule(module.name, module.distribution, module.version, "0" * 64, module.manifest)
        self._start(is_on=True)
        with read() as session:
            self._begin = events.last_cursor(session)

    def set_up(self) -> None:
        """Set an empty database up: a profile, an administrator, the module's tables, the module enabled."""
        system = staff.system_actor("test")
        installation.ensure_defaults()
        installation.save_profile(system, organisation="North Desk", language="en", timezone="UTC")
        administrator = self._person("administrator", "en")
        with write() as session:  # a real hash would take longer than all the rest, and nobody signs in by it
            session.execute(sa.update(Staff).where(Staff.id == administrator).values(password_hash="*"))  # noqa: S106 - the hash of no password
        prepare_tables(db.engine, self.module.sources, self.module.name)
        put_in_force(self._loaded, self._plugin)
        self.tell()  # the module listens from now on

    # --- who acts ---------------------------------------------------------------------------------------------------

    @property
    def app(self) -> Flask:
        """The application; its context is pushed."""
        assert self._context is not None, "the platform is closed"
        return self._context.app

    def actor(self, role: str = "specialist") -> staff.Actor:
        """Return a member of staff with a role, for calls of operations."""
        return staff.actor_for_staff(self._person(role, "en"), "web")

    def browser(self, role: str | None = "specialist", language: str = "en") -> Browser:
        """Return a browser in which somebody with a role is signed in; None: nobody."""
        person = None if role is None else staff.signed_in(self._person(role, language), channel="web")
        return Browser(self.app, person, language)

    def program(self, role: str | None = "specialist", language: str = "en") -> Program:
        """Return a client of the API with the token of somebody with a role; None: without a token."""
        token = ""
        if role is not None:
            maker = staff.system_actor("test")
            token = staff.create_token(maker, name="test", staff_id=self._person(role, language))
        return Program(self.app, token, language)

    def _person(self, role: str, language: str) -> int:
        key = (role, language)
        if key not in self._people:
            email, system = f"{role}.{language}@example.org", staff.system_actor("test")
            try:
                self._people[key] = staff.staff_id_by_email(email)
            except NotFound:
                name = f"{role.title()} {language}"
                self._people[key] = staff.create_staff(system, email=email, name=name, role=role, language=language)
        return self._people[key]

    # --- what there is ------------------------------------------------------------------------------------------------

    def settings(self, **values: Any) -> None:
        """Save settings of the module, on top of those saved before; they are live at once.

        Raises:
            SettingsRefused: the module's schema does not accept them.
        """
        keep_checked_settings(staff.system_actor("test"), module=self.module.name, plugin=self._plugin, values=values)
        fields.forget()  # which may depend on them

    @property
    def events(self) -> list[TicketEvent]:
        """Every event since the platform started, oldest first."""
        with read() as session:
            return [item.event for item in events.committed_after(session, self._begin, 100_000)]

    @property
    def deliveries(self) -> list[Sent]:
        """Every message that was to go out, oldest first."""
        query = sa.select(
            Chat.channel, Chat.external_id.label("chat"), Delivery.message, Delivery.state, Delivery.external_id,
            Delivery.problem,
        ).join(Chat, Chat.id == Delivery.chat_id)  # fmt: skip
        with read() as session:
            rows = session.execute(query.order_by(Delivery.id)).all()
        return [
            Sent(row.channel, row.chat, str(row.message.get("text", "")), row.state, row.external_id, row.problem)
            for row in rows
        ]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL statements that are sent within the block."""
        found: list[str] = []

        def collect(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                found.append(statement)

        engine = db.engine
        sa.event.listen(engine, "after_cursor_execute", collect)
        try:
            yield found
        finally:
            sa.event.remove(engine, "after_cursor_execute", collect)

    # --- what happens -------------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Understand and route what waits in the inbox."""
        work.receive(runtime().hooks)

    def tell(self) -> None:
        """Tell the module every event that it was not told yet."""
        work.tell(runtime().hooks)

    def deliver(self) -> None:
        """Send every message that is due."""
        work.deliver(runtime().hooks)

    def work(self) -> None:
        """Do what is due, again and again until nothing is: inbox, events, deliveries, files, the module's jobs."""
        work.everything(runtime().hooks)

    def run_job(self, name: str, *, times: int = MOST_RUNS) -> bool:
        """Run a job of the module, again as long as it says that more waits; return whether more waited at the end.

        Whatever the job raises comes through.
        """
        job = self._job(name)
        for _ in range(times):
            context = JobContext(
                current_settings(self.module.name), logging.getLogger(f"dialog.{self.module.name}"), self.clock.now
            )
            if job.run(context) is not True:
                return False
        return True

    def _job(self, name: str) -> Job:
        found = [item.value for item in runtime().hooks.collect("jobs") if item.module == self.module.name]
        named: dict[str, Job] = {job.name: job for job in found}
        assert name in named, f"the module has no job {name}; it has: {', '.join(named) or 'none'}"
        return named[name]

    @contextmanager
    def off(self) -> Iterator[None]:
        """Let the module be disabled within the block; afterwards it is enabled again, on the same database."""
        self._restart(is_on=False)
        try:
            yield
        finally:
            self._restart(is_on=True)

    def left_open(self) -> list[str]:
        """Return what is open of the database that should be closed, in words."""
        if is_writing():
            return ["a transaction of write() is still open: use it in a with block"]
        db.session.remove()
        pool = db.engine.pool
        held = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return [f"{held} connections of the database are still in use: end their transactions"] if held else []

    def close(self) -> None:
        """Let go of everything; used by the fixture."""
        if self._context is not None:
            db.session.remove()
            db.engine.dispose()
            context, self._context = self._context, None
            context.pop()
        forget_cached()

    def _restart(self, *, is_on: bool) -> None:
        self.close()
        self._start(is_on=is_on)

    def _start(self, *, is_on: bool) -> None:
        running = run_with([(self._loaded, self._plugin)] if is_on else [])
        assert not running.problem, running.problem
        app = create_app(self.config, running)
        app.testing = True
        self._context = app.app_context()
        self._context.push()


def _import(module: ModuleUnderTest) -> Any:
    """Import what the entry point names."""
    place, _, attribute = module.entry.partition(":")
    found: Any = importlib.import_module(place)
    for name in attribute.split(".") if attribute else ():
        found = getattr(found, name)
    return found
