# SPDX-License-Identifier: Apache-2.0
"""The history of generations and the way back, as far as the data allow it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, text, update

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotAllowedNow
from dialog_core.modules import (
    Action,
    DataFate,
    Difference,
    Verb,
    get_generation,
    list_exports,
    list_generations,
    open_export,
    plan_change,
    request_rollback,
)
from dialog_core.modules.changes.coordinator import apply_when_free
from dialog_core.modules.models import Generation, StoredWheel
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import system_actor
from tests.functional.changing import inside, make_change
from tests.functional.modules.conftest import Dialog, run_command

Catalog = Callable[..., Path]
Wheel = Callable[[str], Path]
CLI = system_actor("cli")


def test_to_a_later_version_and_back_until_a_step_takes_something_away(
    any_config: Config, module_catalog: Catalog, module_wheel: Wheel
) -> None:
    module_catalog("paper")

    def install(name: str) -> None:
        answer = run_command(any_config, "install", str(module_wheel(name)))
        assert answer.code == 0, answer.error

    install("notebook")  # generation 2
    assert make_change(any_config, Action(Verb.ENABLE, "notebook"), reason="Try it") == ""  # 3
    engine = open_engine(any_config)
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO notebook_note (id, text) VALUES (1, 'precious')"))
    install("notebook2")  # 4
    assert "notebook_tag" in inspect(engine).get_table_names()
    back = run_command(any_config, "rollback", "3", "--reason", "It is too colourful")
    assert back.code == 0, back.error  # 5: earlier code on later tables
    with inside(any_config):
        now = get_generation(CLI, generation=5)
        assert (now.is_active, now.reason, now.created_by) == (True, "It is too colourful", CLI.name)
        assert [(item.name, item.version, item.is_enabled) for item in now.modules] == [("notebook", "1.0", True)]
        assert [item.kind for item in now.before.modules] == [Difference.CHANGED]
        assert [(item.distribution, item.kind) for item in now.before.libraries] == [
            ("dialoglib-paper", Difference.ADDED)
        ]
        with_tags = get_generation(CLI, generation=4)
        assert with_tags.can_return
        assert [(item.old_version, item.new_version) for item in with_tags.now.modules] == [("1.0", "2.0")]
        plan = plan_change(CLI, actions=[Action(Verb.ROLLBACK, "", generation=4)])
        assert [(item.name, item.kind, item.new_version) for item in plan.items] == [
            ("notebook", Difference.CHANGED, "2.0")
        ]
        assert plan.generation == 5
    install("notebook3")  # 6, which exports first
    with inside(any_config):
        states = {view.number: view.can_return for view in list_generations(CLI)}
        assert states == {6: False, 5: False, 4: False, 3: False, 2: True, 1: True}
        refusal = get_generation(CLI, generation=4).obstacle
        assert "changed its tables in a way that cannot be taken back (step 0003)" in str(refusal)
        [export] = list_exports(CLI)
        assert (export.module, export.why, export.rows) == ("notebook", "migration", 1)
        _, parts = open_export(CLI, export=export.id)
        with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
            assert json.loads(archive.read("notebook_note.jsonl"))["text"] == "precious"
            assert json.loads(archive.read("schema.json"))["revision"] == "0002"
    refused = run_command(any_config, "install", str(module_wheel("notebook")))
    assert (refused.code, "cannot be taken back" in refused.error) == (1, True)
    engine.dispose()


def test_what_keeps_one_from_returning_is_said(sqlite_config: Config, dialog: Dialog, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper", "gateway")
    assert make_change(sqlite_config, Action(Verb.INSTALL, "gateway")) == ""  # 2
    assert make_change(sqlite_config, Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook")) == ""  # 3
    assert make_change(sqlite_config, Action(Verb.REMOVE, "notebook", data=DataFate.PURGE)) == ""  # 4
    engine = open_engine(sqlite_config)
    with inside(sqlite_config):
        assert get_generation(CLI, generation=2).can_return
        assert "data of “notebook” were deleted after set 3" in str(get_generation(CLI, generation=3).obstacle)
        with begin_write(engine) as connection:
            connection.execute(update(Generation).where(Generation.id == 2).values(platform="0.0.1"))
        assert "made with version 0.0.1 of the platform" in str(get_generation(CLI, generation=2).obstacle)
        with begin_write(engine) as connection:
            connection.execute(update(Generation).where(Generation.id == 2).values(platform=""))
            connection.execute(delete(StoredWheel).where(StoredWheel.distribution == "dialog-gateway"))
        assert "is not kept any more: dialog-gateway 1.0" in str(get_generation(CLI, generation=2).obstacle)
    engine.dispose()
    assert "not kept any more" in dialog("rollback", "2").error
    assert "no set of modules with this number" in dialog("rollback", "99").error
    assert dialog("rollback", "1").code == 0
    assert [row["number"] for row in dialog("generations").json["generations"]] == [5, 4, 3, 2, 1]


def test_a_return_needs_the_generation_that_was_seen(sqlite_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper", "gateway")
    assert make_change(sqlite_config, Action(Verb.INSTALL, "gateway")) == ""
    assert make_change(sqlite_config, Action(Verb.INSTALL, "notebook")) == ""
    with inside(sqlite_config):
        change = request_rollback(CLI, generation=2, expected=3)
        rival = request_rollback(CLI, generation=1, expected=3)
    assert apply_when_free(sqlite_config, rival).state == "done"
    late = apply_when_free(sqlite_config, change)
    assert (late.state, "by somebody else" in late.problem) == ("refused", True)
    with inside(sqlite_config), pytest.raises(NotAllowedNow, match="by somebody else"):
        request_rollback(CLI, generation=2, expected=3)
