# SPDX-License-Identifier: Apache-2.0
"""`/safe` in front of an application that does not start: an administrator gets in, nobody else, and can help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select
from werkzeug.test import Client

from dialog_core.app import create_core
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, open_engine, write
from dialog_core.installation import ensure_defaults
from dialog_core.modules import BootState, boot_core_only, is_safe_mode
from dialog_core.modules.generations.wanted import add_draft, ensure_first, mark_good, swap
from dialog_core.modules.models import ActiveGeneration, DataStep
from dialog_core.modules.own_connection import begin_write
from dialog_core.server.front import Front
from dialog_core.staff import create_staff, system_actor

PASSWORD = "correct horse battery staple"
LOCK = {"modules": [{"name": "ruin", "distribution": "dialog-ruin", "version": "1.0", "sha256": "0" * 64}]}


@pytest.fixture
def config(any_config: Config) -> Iterator[Config]:
    """Return a configuration with people and two generations."""
    app = create_core(any_config)
    with app.app_context():
        ensure_defaults()
        for name in ("administrator", "specialist"):
            create_staff(
                system_actor(), email=f"{name}@example.org", role=name, name=name, password=PASSWORD, language="en"
            )
        with write() as session:
            first = ensure_first(session, "test").generation
            previous = first or 0
            for enabled in (False, True):
                lock = {"modules": [{**LOCK["modules"][0], "enabled": enabled}], "libraries": []}
                number = add_draft(session, lock, previous=previous, reason="test", actor_name="test")
                swap(session, expected=previous, wanted=number)
                mark_good(session, number)
                previous = number
        db.session.remove()
        db.engine.dispose()
    return any_config


@pytest.fixture
def client(config: Config) -> Iterator[Client]:
    """Return a visitor of a front whose application does not start."""
    front = Front(config, replace(boot_core_only("web"), state=BootState.CORE), None)
    yield Client(front)
    front.close()


def sign_in(client: Client, name: str = "administrator", password: str = PASSWORD, **headers: str) -> int:
    form = {"email": f"{name}@example.org", "password": password}
    return client.post("/safe/sign-in", data=form, headers=headers).status_code


def act(client: Client, what: str, token: str | None = None, module: str = "") -> tuple[int, str]:
    if token is None:
        [token, *_] = re.findall(r'name="token" value="([^"]+)"', client.get("/safe").text)
    answer = client.post("/safe/act", data={"act": what, "token": token, "module": module})
    return answer.status_code, answer.text


def wanted(config: Config) -> int | None:
    engine = open_engine(config)
    with engine.connect() as connection:
        found = connection.scalar(select(ActiveGeneration.generation_id))
    engine.dispose()
    return found


def test_an_administrator_gets_in_and_puts_things_right(config: Config, client: Client) -> None:
    assert "Password" in client.get("/safe").text
    assert sign_in(client) == 303
    page = client.get("/safe")
    assert page.status_code == 200
    assert "ruin" in page.text
    assert "switched on" in page.text
    assert "script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    engine = open_engine(config)
    assert act(client, "safe-on")[0] == 200
    assert is_safe_mode(engine, config)
    assert "Run with the modules again" in client.get("/safe").text
    assert act(client, "safe-off")[0] == 200
    assert not is_safe_mode(engine, config)
    engine.dispose()
    assert act(client, "back")[0] == 200
    assert wanted(config) == 2
    assert "switched off" in client.get("/safe").text
    status, text = act(client, "disable", module="<b>nothing")
    assert status == 409
    assert "&lt;b&gt;nothing" in text
    client.post("/safe/act", data={"act": "sign-out", "token": re.findall(r'"token" value="([^"]+)"', text)[0]})
    assert "Password" in client.get("/safe").text


def test_nobody_else_gets_in(config: Config, client: Client) -> None:
    assert sign_in(client, password="wrong") == 401
    assert sign_in(client, "specialist") == 401
    assert sign_in(client, "nobody") == 401
    assert sign_in(client, Origin="https://evil.example") == 403
    assert sign_in(client, Origin="null") == 403
    assert client.get("/safe").headers["Referrer-Policy"] == "same-origin", "else a browser's own forms come from null"
    assert client.post("/safe/act", data={"act": "back"}).status_code == 303
    client.set_cookie("dialog_safe", "forged.value.here", path="/safe")
    assert "Password" in client.get("/safe").text
    assert wanted(config) == 3


def test_a_form_from_elsewhere_does_nothing(config: Config, client: Client) -> None:
    assert sign_in(client) == 303
    assert act(client, "back", token="guessed")[0] == 403
    assert wanted(config) == 3


def test_guessing_is_slowed_down(client: Client) -> None:
    for _ in range(6):
        sign_in(client, password="wrong")
    form = {"email": "administrator@example.org", "password": PASSWORD}
    answer = client.post("/safe/sign-in", data=form, headers={"Accept-Language": "ru"})
    assert answer.status_code == 401
    assert "Слишком много" in answer.text


def test_it_speaks_russian_and_answers_without_a_database(config: Config) -> None:
    away = replace(config, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    front = Front(away, boot_core_only("web"), None)
    form = {"email": "a@example.org", "password": PASSWORD}
    answer = Client(front).post("/safe/sign-in", data=form, headers={"Accept-Language": "ru,en;q=0.5"})
    front.close()
    assert answer.status_code == 503
    assert "Аварийная страница" in answer.text
    assert "База данных не отвечает" in answer.text
    assert Client(front).get("/safe/style.css").mimetype == "text/css"
    assert Client(front).get("/safe/other").status_code == 404


def test_it_does_not_return_to_a_set_whose_data_are_gone(config: Config, client: Client) -> None:
    engine = open_engine(config)
    with engine.connect() as connection:
        wanted = connection.scalar(select(ActiveGeneration.generation_id))
    with begin_write(engine) as connection:
        step = {"module": "ruin", "kind": "purged", "revision": "", "generation_id": wanted, "at": now()}
        connection.execute(insert(DataStep).values(**step))
    assert sign_in(client) == 303
    status, page = act(client, "back")
    assert (status, "were deleted after set" in page) == (409, True)
    with engine.connect() as connection:
        assert connection.scalar(select(ActiveGeneration.generation_id)) == wanted
    engine.dispose()
