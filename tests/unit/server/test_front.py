# SPDX-License-Identifier: Apache-2.0
"""The thin front: it answers without the application, and only trusted proxies may say who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request

from dialog_core.config import Config
from dialog_core.modules import BootState, Hooks, Running, new_manager
from dialog_core.server import front
from dialog_core.server.front import Front

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


ClientOf = Callable[..., Client]


@pytest.fixture
def client_of() -> Iterator[ClientOf]:
    """Return a function that makes a front and a client of it."""
    made: list[Front] = []

    def make(config: Config, what: Running, application: Any) -> Client:
        made.append(Front(config, what, application))
        return Client(made[-1])

    yield make
    for item in made:
        item.close()


def running(state: BootState = BootState.RUNNING) -> Running:
    return Running("web", 4, 3, state, Hooks(new_manager()))


def who(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    request = Request(environ)
    start_response("200 OK", [])
    return [f"{request.remote_addr} {request.scheme} {request.host}".encode()]


def test_it_says_whether_it_is_ready(any_config: Config, client_of: ClientOf) -> None:
    client = client_of(any_config, running(BootState.FALLBACK), who)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "degraded", "database": "ok", "migrations": "ok",
        "generation": {"running": 3, "wanted": 4, "state": "fallback"},
    }  # fmt: skip
    assert client.get("/healthz").json == {"status": "alive"}
    head = client.head("/healthz")
    assert (head.status_code, head.data) == (200, b"")


def test_an_unreachable_database_is_not_ready_but_alive(sqlite_config: Config, client_of: ClientOf) -> None:
    away = replace(sqlite_config, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = client_of(away, running(), who)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "unreachable"
    assert client.get("/healthz").status_code == 200


def test_a_database_without_tables_is_not_ready(sqlite_config: Config, client_of: ClientOf) -> None:
    empty = replace(sqlite_config, database_url=f"sqlite:///{sqlite_config.home / 'empty.sqlite3'}")
    answer = client_of(empty, running(), who).get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["migrations"] == "needed"


def test_without_an_application_only_the_front_answers(sqlite_config: Config, client_of: ClientOf) -> None:
    client = client_of(sqlite_config, running(), None)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/").status_code == 503


def test_an_application_that_does_not_start_leaves_the_front(
    sqlite_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(config: Config, running: Running) -> object:
        raise RuntimeError("no")

    monkeypatch.setattr("dialog_core.app.create_app", fail)
    made = front.make_front(sqlite_config)
    assert made.running.state is BootState.CORE
    assert "no" in made.running.problem
    assert Client(made).get("/healthz").status_code == 200


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.1 http localhost"), (1, "203.0.113.9 https help.example")])
def test_only_configured_proxies_are_believed(
    sqlite_config: Config, client_of: ClientOf, proxies: int, seen: str
) -> None:
    client = client_of(replace(sqlite_config, trusted_proxies=proxies), running(), who)
    headers = {
        "X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "help.example",
    }  # fmt: skip
    answer = client.get("/page", headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    assert answer.text == seen
