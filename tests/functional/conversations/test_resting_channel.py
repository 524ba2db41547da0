# SPDX-License-Identifier: Apache-2.0
"""A channel that rests, or is off: what came in waits for it, and waiting is no failed attempt."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dialog_core import clock
from dialog_core.clock import now
from dialog_core.conversations import fetching, inbox
from dialog_core.conversations.models import Attachment, InboxItem
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.channels import FetchedFile
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.calls.breakers import FAILURES
from dialog_core.modules.calls.relay import Hooks
from tests.functional.conftest import Desk


def _rows(desk: Desk, *columns: Any) -> list[tuple[Any, ...]]:
    return desk.rows(*columns)


def test_items_that_were_not_tried_are_not_counted_as_failed(any_bound: Desk) -> None:
    desk = any_bound
    for number in range(FAILURES + 3):
        inbox.store("paper", f"x{number}", {"t": "nonsense"})
    inbox.process_next(desk.hooks)
    assert [row[1] for row in _rows(desk, InboxItem.id, InboxItem.attempts)] == [1] * FAILURES + [0] * 3
    assert {row[1] for row in _rows(desk, InboxItem.id, InboxItem.state)} == {"pending"}


@pytest.mark.parametrize("is_off", [True, False], ids=["off", "resting"])
def test_a_file_waits_for_its_channel_however_long(any_bound: Desk, is_off: bool) -> None:
    desk = any_bound
    began, time = now(), [timedelta()]
    desk.put(t="text", who="5", id="1", text="Не работает касса", files=["photo.jpg"])
    asked: list[int] = []

    @hookimpl
    def channel_fetch(channel: str, file: Any) -> FetchedFile:
        asked.append(1)
        if len(asked) == 1:
            raise OSError("away")
        return FetchedFile(content=b"photo")

    manager = new_manager()
    manager.register(SimpleNamespace(channel_fetch=channel_fetch), name="paper")
    hooks, none = Hooks(manager), Hooks(new_manager())
    [item] = [item for item in hooks.all_implementations() if item.hook == "channel_fetch"]
    with clock.set_to(lambda: began + time[0]):
        for _ in range(30):
            item.breaker.open_for(600.0, 1)
            time[0] += timedelta(seconds=100)
            fetching.fetch_next(none if is_off else hooks)
        assert asked == []
        assert desk.rows(Attachment.state, Attachment.attempts) == [("waiting", 0)]
        item.breaker.try_now()
        for _ in range(2):
            time[0] += timedelta(seconds=100)
            fetching.fetch_next(hooks)
            item.breaker.try_now()
        assert desk.rows(Attachment.state) == [("stored",)]
