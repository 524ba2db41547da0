# SPDX-License-Identifier: Apache-2.0
"""What becomes of a module's data: kept, exported, purged; and what a failing migration leaves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select, text, update

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotFound, NotPermitted
from dialog_core.events.models import Event
from dialog_core.modules import (
    Action,
    DataFate,
    Verb,
    delete_expired_exports,
    list_exports,
    list_kept_data,
    open_export,
    plan_change,
    save_settings,
    show_settings,
)
from dialog_core.modules.models import DataExport, DataExportPart, ModuleSettings
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import Actor, ActorKind, system_actor
from tests.functional.changing import inside, make_change
from tests.functional.modules.conftest import run_command

Catalog = Callable[..., Path]
CLI = system_actor("cli")
ON = (Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook"))


def notes(engine: Engine, number: int) -> None:
    with begin_write(engine) as connection:
        for each in range(number):
            connection.execute(text("INSERT INTO notebook_note (text) VALUES (:text)"), {"text": f"Заметка {each}"})


def tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if name.startswith("notebook_")}


def test_kept_exported_found_again_and_purged(any_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper")
    engine = open_engine(any_config)
    assert make_change(any_config, *ON) == ""
    notes(engine, 1200)
    with inside(any_config):
        save_settings(CLI, module="notebook", values={"lines": 5})
        [item] = plan_change(CLI, actions=[Action(Verb.REMOVE, "notebook")]).items
        assert [(table.name, table.fate, table.rows) for table in item.tables] == [("notebook_note", "stays", 1200)]
        assert item.gone_capabilities.services == ("clock",)
    assert make_change(any_config, Action(Verb.REMOVE, "notebook")) == ""
    with inside(any_config):
        [kept] = list_kept_data(CLI)
        assert (kept.name, kept.version, kept.rows, kept.revisions) == ("notebook", "1.0", 1200, 1)
        assert kept.sha256
        [found] = plan_change(CLI, actions=list(ON)).items
        assert [(table.fate, table.rows) for table in found.tables] == [("found", 1200)]
        [gone] = plan_change(CLI, actions=[Action(Verb.REMOVE, "notebook", data=DataFate.PURGE)]).items
        assert [(table.fate, table.rows) for table in gone.tables] == [("deleted", 1200)]
    exported = run_command(any_config, "export", "notebook", "--to", str(any_config.home / "notebook.zip"))
    assert exported.code == 0, exported.error
    with zipfile.ZipFile(any_config.home / "notebook.zip") as archive:
        rows = [json.loads(line) for line in archive.read("notebook_note.jsonl").splitlines()]
        schema = json.loads(archive.read("schema.json"))
        assert json.loads(archive.read("settings.json")) == {"lines": 5}
    assert (len(rows), rows[7]["text"]) == (1200, "Заметка 7")
    assert schema["tables"]["notebook_note"]["rows"] == 1200
    assert [column["name"] for column in schema["tables"]["notebook_note"]["columns"]] == ["id", "text"]
    assert make_change(any_config, *ON) == ""
    with inside(any_config):
        assert list_kept_data(CLI) == []
        assert show_settings(CLI, module="notebook").values["lines"] == 5
    assert make_change(any_config, Action(Verb.REMOVE, "notebook", data=DataFate.EXPORT)) == ""
    assert tables(engine) == set()
    with inside(any_config):
        assert list_kept_data(CLI) == []
        assert [(item.why, item.rows) for item in list_exports(CLI)] == [("removed", 1200), ("asked", 1200)]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ModuleSettings)) == 0
        kinds = set(connection.scalars(select(Event.kind)))
    assert {"module_data_purged", "module_data_downloaded"} <= kinds
    engine.dispose()


def test_kept_data_are_purged_later_even_without_the_code(any_config: Config, module_catalog: Catalog) -> None:
    from sqlalchemy import delete

    from dialog_core.modules.models import StoredWheel

    module_catalog("notebook", "paper")
    engine = open_engine(any_config)
    assert make_change(any_config, *ON) == ""
    notes(engine, 3)
    assert make_change(any_config, Action(Verb.REMOVE, "notebook")) == ""
    with begin_write(engine) as connection:
        connection.execute(delete(StoredWheel))
        connection.execute(text("CREATE TABLE notebook_strange (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE notebook_plus_alembic_version (version_num TEXT)"))
        connection.execute(text("CREATE TABLE notebook_plus_page (id INTEGER PRIMARY KEY)"))
    import shutil

    shutil.rmtree(any_config.home / "generations")
    shutil.rmtree(any_config.home / "store")
    answer = run_command(any_config, "remove", "notebook", "--data", "purge")
    assert answer.code == 0, answer.error
    assert answer.json["steps"][-1]["text"] == "2 tables of notebook deleted"
    assert tables(engine) == {"notebook_plus_alembic_version", "notebook_plus_page"}
    again = run_command(any_config, "remove", "notebook", "--data", "purge")
    assert "is not installed" in again.error
    engine.dispose()


def test_an_export_is_for_administrators_and_for_a_while(sqlite_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper")
    engine = open_engine(sqlite_config)
    assert make_change(sqlite_config, *ON) == ""
    assert make_change(sqlite_config, Action(Verb.EXPORT, "notebook")) == ""
    somebody = Actor(kind=ActorKind.STAFF, name="Somebody")
    with inside(sqlite_config):
        [export] = list_exports(CLI)
        for call in (lambda: list_exports(somebody), lambda: open_export(somebody, export=export.id)):
            with pytest.raises(NotPermitted):
                call()
        with zipfile.ZipFile(io.BytesIO(b"".join(open_export(CLI, export=export.id)[1]))) as archive:
            assert archive.testzip() is None
        assert not delete_expired_exports()
        with begin_write(engine) as connection:
            connection.execute(update(DataExport).values(expires_at=now() - timedelta(seconds=1)))
        assert delete_expired_exports()
        with pytest.raises(NotFound):
            open_export(CLI, export=export.id)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(DataExportPart)) == 0
    engine.dispose()


@pytest.mark.soak  # `make test` sees the same on a desk at work, in tests/hostile
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    any_config: Config, module_catalog: Catalog, module_wheel: Callable[[str], Path]
) -> None:
    module_catalog("gateway")
    assert run_command(any_config, "install", str(module_wheel("uneven1"))).code == 0
    assert make_change(any_config, Action(Verb.ENABLE, "uneven")) == ""
    engine = open_engine(any_config)
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO uneven_line (id) VALUES (1)"))
    failed = run_command(any_config, "install", str(module_wheel("uneven2")))
    assert (failed.code, failed.json["state"]) == (1, "failed")
    assert "there are lines already" in failed.error
    assert "uneven_page" not in inspect(engine).get_table_names()
    assert [column["name"] for column in inspect(engine).get_columns("uneven_line")] == ["id"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM uneven_alembic_version")) == "0001"
    [row] = [row for row in run_command(any_config, "list").json["modules"] if row["name"] == "uneven"]
    assert (row["version"], row["state"]) == ("1.0", "enabled")
    assert run_command(any_config, "install", "gateway").code == 0, "the next change works"
    engine.dispose()
