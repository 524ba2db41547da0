# SPDX-License-Identifier: Apache-2.0
"""Modules are removed and found again, several at once, and never from under another module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotAllowedNow
from dialog_core.modules import Action, Verb, dependents_of, get_change, request_change
from dialog_core.modules.changes.coordinator import apply_when_free
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import Generation
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import system_actor
from tests.functional.changing import inside, make_change
from tests.functional.modules.conftest import Answer, Dialog, run_command

Catalog = Callable[..., Path]
CLI = system_actor("cli")


def states(dialog: Callable[..., Answer]) -> dict[str, str]:
    return {row["name"]: row["state"] for row in dialog("list").json["modules"]}


def test_a_removed_module_leaves_its_data_and_finds_them_again(any_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper")

    def dialog(*arguments: str) -> Answer:
        return run_command(any_config, *arguments)

    assert make_change(any_config, Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook")) == ""
    assert dialog("settings", "notebook", "--set-json", '{"lines": 7}').code == 0
    engine = open_engine(any_config)
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO notebook_note (id, text) VALUES (1, 'kept')"))
    removed = dialog("remove", "notebook")
    assert removed.code == 0, removed.error
    assert states(dialog) == {"notebook": "available"}
    assert "notebook_note" in inspect(engine).get_table_names()
    assert "is not installed" in dialog("remove", "notebook").error
    assert make_change(any_config, Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook")) == ""
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT text FROM notebook_note")) == "kept"
    engine.dispose()
    assert dialog("settings", "notebook").json["values"]["lines"] == 7


def test_several_actions_happen_together_with_their_reason(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog
) -> None:
    module_catalog("notebook", "binder", "paper", "gateway")
    together = [Action(Verb.INSTALL, "notebook"), Action(Verb.INSTALL, "binder"), Action(Verb.INSTALL, "gateway")]
    assert make_change(sqlite_config, *together, reason="A new department") == ""
    assert states(dialog) == {"binder": "disabled", "gateway": "disabled", "notebook": "disabled"}
    mixed = [Action(Verb.REMOVE, "gateway"), Action(Verb.ENABLE, "binder"), Action(Verb.ENABLE, "notebook")]
    assert make_change(sqlite_config, *mixed) == ""
    assert states(dialog) == {"binder": "enabled", "gateway": "available", "notebook": "enabled"}
    engine = open_engine(sqlite_config)
    with engine.connect() as connection:
        reasons = list(connection.scalars(select(Generation.reason).order_by(Generation.id)))
    engine.dispose()
    assert reasons[1] == "A new department"
    with inside(sqlite_config):
        assert get_change(CLI, change=1).reason == "A new department"


def test_a_module_that_another_one_needs_stays(sqlite_config: Config, dialog: Dialog, module_catalog: Catalog) -> None:
    module_catalog("notebook", "binder", "paper")
    alone = dialog("install", "binder")
    assert "The module “notebook” is needed by “binder” and is not installed" in alone.error
    assert make_change(sqlite_config, Action(Verb.INSTALL, "notebook"), Action(Verb.INSTALL, "binder")) == ""
    assert "is needed by “binder” and is switched off" in dialog("enable", "binder").error
    assert make_change(sqlite_config, Action(Verb.ENABLE, "notebook"), Action(Verb.ENABLE, "binder")) == ""
    assert "cannot be switched off alone, it is needed by “binder”" in dialog("disable", "notebook").error
    assert "cannot be removed alone, it is needed by “binder”" in dialog("remove", "notebook").error
    with inside(sqlite_config):
        from dialog_core.database import write

        with write() as session:
            assert dependents_of(session, read_current(session), "notebook") == ("binder",)
            assert dependents_of(session, read_current(session), "binder") == ()
    assert make_change(sqlite_config, Action(Verb.DISABLE, "notebook"), Action(Verb.DISABLE, "binder")) == ""
    assert make_change(sqlite_config, Action(Verb.REMOVE, "binder"), Action(Verb.REMOVE, "notebook")) == ""
    assert states(dialog) == {"binder": "available", "notebook": "available"}


def test_of_two_administrators_the_second_looks_again(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog
) -> None:
    module_catalog("notebook", "paper", "gateway")
    with inside(sqlite_config):
        first, second = (
            request_change(CLI, actions=[Action(Verb.INSTALL, name)], expected=0) for name in ("notebook", "gateway")
        )
    assert apply_when_free(sqlite_config, first).state == "done"
    late = apply_when_free(sqlite_config, second)
    assert (late.state, "by somebody else meanwhile" in late.problem) == ("refused", True)
    with inside(sqlite_config), pytest.raises(NotAllowedNow, match="by somebody else"):
        request_change(CLI, actions=[Action(Verb.INSTALL, "gateway")], expected=0)
    assert dialog("install", "gateway").code == 0


def test_contradictions_are_refused(sqlite_config: Config, dialog: Dialog, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper")
    assert dialog("install", "notebook").code == 0
    with inside(sqlite_config):
        for actions in (
            [],
            [Action(Verb.ENABLE, "notebook"), Action(Verb.REMOVE, "notebook")],
            [Action(Verb.ENABLE, "notebook"), Action(Verb.DISABLE, "notebook")],
            [Action(Verb.INSTALL, "notebook"), Action(Verb.INSTALL, "notebook")],
        ):
            with pytest.raises(NotAllowedNow, match=r"nothing to change|names “notebook” twice"):
                request_change(CLI, actions=actions)
