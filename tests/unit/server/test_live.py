# SPDX-License-Identifier: Apache-2.0
"""Limits of live streams: how many there are, how far a slow page may lag, how far back one may resume."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.events import live, live_response, record, stream_count
from dialog_core.modules import BootState, Hooks, Running, new_manager
from dialog_core.staff import system_actor


@pytest.fixture
def app(sqlite_config: Config) -> Iterator[Flask]:
    """Return an application with the live stream."""
    running = Running("web", None, None, BootState.RUNNING, Hooks(new_manager()))
    made = create_core(sqlite_config, running)

    @made.get("/live")
    def stream() -> Response:
        return live_response(lambda item: True)

    yield made
    live.set_retirement(lambda: True)
    time.sleep(2 * live.POLL_SECONDS + live.WATCH_SECONDS)
    live.set_retirement(lambda: False)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def test_above_the_cap_a_page_is_told_when_to_come_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_STREAMS", 2)
    client = app.test_client()
    streams = [client.get("/live") for _ in range(2)]
    refused = client.get("/live")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "15"
    streams[0].close()
    with app.app_context():
        assert stream_count() == 1
    streams.append(client.get("/live"))
    assert streams[-1].status_code == 200
    for stream in streams[1:]:
        stream.close()


def test_a_stream_that_was_never_read_leaves_when_it_is_closed(app: Flask) -> None:
    app.test_client().get("/live").close()
    with app.app_context():
        assert stream_count() == 0


def test_a_page_that_does_not_keep_up_starts_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_WAITING", 3)
    answer = app.test_client().get("/live")
    with app.app_context():
        _happen(10)
    time.sleep(6 * live.POLL_SECONDS)
    chunks = list(answer.iter_encoded())
    assert chunks[-1] == live.RESET
    assert sum(chunk.startswith(b"id: ") for chunk in chunks) <= 3
    answer.close()


def test_who_was_away_too_long_loads_the_page_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_REPLAY", 5)
    with app.app_context():
        _happen(7)
    client = app.test_client()
    for seen, expected in (("0.1", True), ("0.4", False)):
        answer = client.get("/live", headers={"Last-Event-ID": seen})
        assert (live.RESET in _first(answer, 2)) is expected
        answer.close()


def test_an_idle_stream_shows_that_it_lives(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    answer = app.test_client().get("/live")
    assert _first(answer, 3)[1:] == [b": still here\n\n"] * 2
    answer.close()


def test_a_failing_filter_ends_only_its_stream(app: Flask) -> None:
    def fail(item: object) -> bool:
        raise ValueError("no")

    @app.get("/broken")
    def broken() -> Response:
        return live_response(fail)

    client = app.test_client()
    good, bad = client.get("/live"), client.get("/broken")
    with app.app_context():
        _happen(1)
    begin = time.monotonic()
    assert list(bad.iter_encoded())[-1] == live.RESET
    assert time.monotonic() - begin < live.HEARTBEAT_SECONDS / 2, "the page is told at once"
    assert b'"kind": "test"' in _first(good, 2)[1]
    good.close()
    bad.close()


def _happen(count: int) -> None:
    for _ in range(count):
        with write() as session:
            record(session, system_actor("test"), "test")


def _first(answer: TestResponse, count: int) -> list[bytes]:
    chunks: Iterator[bytes] = iter(answer.iter_encoded())
    return [next(chunks) for _ in range(count)]
