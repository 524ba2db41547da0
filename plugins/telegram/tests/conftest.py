# SPDX-License-Identifier: Apache-2.0
"""A Bot API that speaks real HTTP, the client on it, and a real database for the inbox."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import select

from dialog_core.config import Config
from dialog_core.conversations.models import InboxItem
from dialog_core.database import configure_engine, db, engine_options
from dialog_core.database.migrate import upgrade
from dialog_core.plugin import ServiceContext
from dialog_telegram.client import BotApi
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    """Return a running emulator."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """Return a plain client, where the platform's would ask its database which hosts are allowed."""
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def values(telegram: Emulator) -> dict[str, Any]:
    """Return the module's settings for the emulator."""
    return {"token": telegram.token, "base_url": telegram.url, "poll_seconds": 2}


@pytest.fixture
def api(http: httpx.Client, values: dict[str, Any]) -> BotApi:
    """Return the client of the emulated bot."""
    return BotApi(http, Account.of(values))


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with an empty, migrated database."""
    home = tmp_path_factory.mktemp("migrated")
    upgrade(Config.from_environment({"DIALOG_HOME": str(home)}))
    return home


@pytest.fixture
def core(tmp_path: Path, migrated_home: Path) -> Iterator[Flask]:
    """Return an application with a migrated database of its own."""
    for file in migrated_home.glob("dialog.sqlite3*"):
        shutil.copy(file, tmp_path / file.name)
    config = Config.from_environment({"DIALOG_HOME": str(tmp_path)})
    app = Flask("core")
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config.database_url, threads=4)
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def inbox(core: Flask) -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """Return a function that reads what was stored, in order: external id and payload."""

    def read() -> list[tuple[str, dict[str, Any]]]:
        with core.app_context():
            rows = db.session.execute(select(InboxItem.external_id, InboxItem.payload).order_by(InboxItem.id)).all()
            return [(row.external_id, dict(row.payload)) for row in rows]

    return read


class RunningService:
    """A service in a thread of its own, as the service runner would have it in a process."""

    def __init__(self, app: Flask, values: dict[str, Any], run: Callable[[ServiceContext], None]) -> None:
        self.reports: list[tuple[bool, str]] = []
        self.stopping = threading.Event()
        self.error: BaseException | None = None
        log = logging.getLogger("test.telegram")
        context = ServiceContext(values, self.stopping, log, lambda healthy, text: self.reports.append((healthy, text)))
        self._thread = threading.Thread(target=self._run, args=(app, run, context), daemon=True)
        self._thread.start()

    def _run(self, app: Flask, run: Callable[[ServiceContext], None], context: ServiceContext) -> None:
        try:
            with app.app_context():
                run(context)
        except BaseException as error:  # noqa: BLE001 - told by `stop`
            self.error = error

    def wait_for_report(self, text: str, *, healthy: bool, timeout: float = 10.0) -> None:
        """Wait until the service has said something."""
        wait_until(lambda: any(ok is healthy and text in line for ok, line in self.reports), timeout, self.reports)

    def stop(self) -> float:
        """Stop the service and return how many seconds that took."""
        started = time.monotonic()
        self.stopping.set()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the service did not stop"
        if self.error is not None:
            raise self.error
        return time.monotonic() - started


def wait_until(is_so: Callable[[], bool], timeout: float = 10.0, shown: object = "") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < deadline, f"did not happen within {timeout} s: {shown}"
        time.sleep(0.02)


@pytest.fixture
def until() -> Callable[..., None]:
    """Return `wait_until`."""
    return wait_until


@pytest.fixture
def start(core: Flask, values: dict[str, Any]) -> Iterator[Callable[..., RunningService]]:
    """Return a function that starts a service on the real database; it is stopped after the test."""
    running: list[RunningService] = []

    def begin(run: Callable[[ServiceContext], None], **changes: Any) -> RunningService:
        running.append(RunningService(core, values | changes, run))
        return running[-1]

    yield begin
    for service in running:
        service.stop()
