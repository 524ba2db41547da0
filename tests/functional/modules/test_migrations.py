# SPDX-License-Identifier: Apache-2.0
"""Migrations of modules on both databases, in the process that makes them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.fresh_process import run_fresh
from dialog_core.modules.generations import add_draft, ensure_first, swap


def unpack(wheels: list[Path], folder: Path) -> Path:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder


def migrate(config: Config, path: Path, *names: str) -> dict[str, object]:
    environ = {"DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}
    question = {"path": str(path), "modules": list(names)}
    return run_fresh("dialog_core.modules.migrate_process", question, environ=environ, seconds=60)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_all_modules_or_none(any_config: Config, module_wheel: Callable[[str], Path], tmp_path: Path) -> None:
    path = unpack([module_wheel(name) for name in ("notebook", "halfway", "meddler")], tmp_path / "lib")
    engine = open_engine(any_config)
    before = tables(engine)
    for broken, words in (("halfway", "half of it is done"), ("meddler", "changed what is not its own: incident")):
        answer = migrate(any_config, path, "notebook", broken)
        assert words in str(answer["problem"])
        assert answer["module"] == broken
        assert tables(engine) == before
        assert "meddler" not in {column["name"] for column in inspect(engine).get_columns("incident")}
    assert migrate(any_config, path, "notebook")["problem"] == ""
    assert tables(engine) - before == {"notebook_note", "notebook_alembic_version"}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM notebook_alembic_version")) == "0001"
    assert migrate(any_config, path, "notebook")["problem"] == ""
    engine.dispose()


def test_of_two_swaps_one_wins(any_core: object) -> None:
    from dialog_core.database import write

    with write() as session:
        first = ensure_first(session, "test").generation
        assert first is not None
        lock: dict[str, object] = {"modules": [], "libraries": []}
        second, third = (add_draft(session, lock, previous=first, reason="x", actor_name="x") for _ in range(2))
    with write() as session:
        swap(session, expected=first, wanted=second)
    with pytest.raises(NotAllowedNow, match="by somebody else"), write() as session:
        swap(session, expected=first, wanted=third)
