# SPDX-License-Identifier: Apache-2.0
"""Whatever modules make of a notice, the customer is told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dialog_core.builtin import notices
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.notices import CustomerNotice
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.calls.relay import Hooks
from tests.functional.conftest import Desk


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("\0%s\ud800", "Your request is registered"),
        (" \0 ", "Your request is registered"),
        ("", "Your request is registered"),
        ("x" * 1_000_000, "x" * 200),
    ],
    ids=["unstorable", "blank", "empty", "endless"],
)
def test_a_notice_that_a_module_spoils_is_sent_all_the_same(
    any_bound: Desk, monkeypatch: pytest.MonkeyPatch, made: str, told: str
) -> None:
    @hookimpl
    def customer_notice(text: str, notice: CustomerNotice) -> str:
        return made.replace("%s", text)

    manager = new_manager()
    manager.register(SimpleNamespace(customer_notice=customer_notice), name="spoiler")
    monkeypatch.setattr(notices, "runtime", lambda: SimpleNamespace(hooks=Hooks(manager)))
    any_bound.put(t="text", who="5", id="1", text="Не работает касса")
    assert any_bound.texts[0].startswith(told)
    assert len(any_bound.texts) < 12
