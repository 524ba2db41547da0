# SPDX-License-Identifier: Apache-2.0
"""Migrations of modules on both databases, in the process that makes them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, inspect, select, text

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotAllowedNow
from dialog_core.modules import Action, Verb, request_change
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.fresh_process import run_fresh
from dialog_core.modules.generations.wanted import add_draft, ensure_first, swap
from dialog_core.modules.migrations.scripts import tables_revision, taken_away
from dialog_core.modules.models import Incident
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import system_actor
from tests.small_wheels import list_catalog, module


def unpack(wheels: list[Path], folder: Path) -> Path:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder


def migrate(config: Config, path: Path, *names: str) -> dict[str, object]:
    environ = {"DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}
    question = {"path": str(path), "modules": list(names)}
    return run_fresh("dialog_core.modules.migrations.migrate_process", question, environ=environ, seconds=60)


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incident SET module = 'x'",
        "DELETE FROM incident",
        "INSERT INTO installation_fact (key, value, changed_at) VALUES ('x', '1', '2026-01-01')",
        "INSERT INTO sampler_row (id) SELECT 1 FROM incident; UPDATE incident SET module = 'x'",
    ],
)
def test_rows_of_others_are_not_a_migrations_to_write(any_config: Config, tmp_path: Path, statement: str) -> None:
    parts = [f"op.execute({part.strip()!r})" for part in statement.split(";")]
    path = scripts(tmp_path, ["op.create_table('sampler_row', sa.Column('id', sa.Integer))", *parts])
    engine = open_engine(any_config)
    before = tables(engine)
    with begin_write(engine) as connection:
        texts = {"module": "m", "place": "p", "summary": "s", "traceback": "t"}
        connection.execute(insert(Incident).values(**texts, first_at=now(), last_at=now()))
    answer = migrate(any_config, path, "sampler")
    table = "installation_fact" if "installation_fact" in statement else "incident"
    assert answer["problem"] == f"a migration changed what is not its own: {table}"
    assert tables(engine) == before
    with engine.connect() as connection:
        assert list(connection.scalars(select(Incident.module))) == ["m"]
    engine.dispose()


def test_a_migration_reads_what_it_likes_and_writes_its_own_rows(any_config: Config, tmp_path: Path) -> None:
    path = scripts(
        tmp_path,
        ["op.create_table('sampler_row', sa.Column('id', sa.Integer))"],
        [
            "op.execute('INSERT INTO sampler_row (id) SELECT count(*) FROM incident')",
            "with op.batch_alter_table('sampler_row', recreate='always') as table:",
            "    table.add_column(sa.Column('word', sa.Text))",
            "op.execute(\"UPDATE sampler_row SET word = 'x'\")",
        ],
    )
    assert migrate(any_config, path, "sampler")["problem"] == ""
    engine = open_engine(any_config)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, word FROM sampler_row")).all() == [(0, "x")]
    engine.dispose()


def test_what_a_script_takes_away_is_told(sqlite_config: Config, tmp_path: Path) -> None:
    path = scripts(
        tmp_path,
        ["op.create_table('sampler_row', sa.Column('id', sa.Integer), sa.Column('word', sa.Text))"],
        ["op.create_table('sampler_more', sa.Column('id', sa.Integer))"],
        ["op.drop_column('sampler_row', 'word')", "op.drop_table('sampler_more')"],
    )
    engine = open_engine(sqlite_config)
    with begin_write(engine) as connection:
        assert taken_away(connection, path, "sampler") == {
            "0003": ["sampler_more", "sampler_more.id", "sampler_row.word"]
        }
        assert tables_revision(connection, "sampler") == "0003"
    engine.dispose()


@pytest.mark.parametrize("is_said", [False, True])
def test_what_is_taken_away_without_a_word_is_refused(
    sqlite_core: Flask, sqlite_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_said: bool
) -> None:
    monkeypatch.setenv("DIALOG_CATALOG", str(tmp_path))
    path = scripts(
        tmp_path / "lib",
        ["op.create_table('sampler_row', sa.Column('id', sa.Integer), sa.Column('word', sa.Text))"],
        ["op.drop_column('sampler_row', 'word')"],
    )
    written = sorted(path.glob("dialog_sampler/migrations/versions/*.py"))
    files = {f"migrations/versions/{file.name}": file.read_text() for file in written}
    files = {name: text.replace("pass", "op.drop_table('sampler_row')", "0001" in name) for name, text in files.items()}
    if is_said:
        files["migrations/versions/0002.py"] += "destructive = True\n"
    module(tmp_path, "sampler", "1.0.0", files=files, toml='[capabilities]\ntables = ["sampler_row"]\n')
    list_catalog(tmp_path)
    actions = [Action(Verb.INSTALL, "sampler"), Action(Verb.ENABLE, "sampler")]
    view = apply_change(sqlite_config, request_change(system_actor("cli"), actions=actions))
    words = "the migration 0002 takes away sampler_row.word: write destructive = True at its top"
    assert (view.state, words in view.problem) == (("done", False) if is_said else ("refused", True)), view.problem


def scripts(path: Path, *steps: list[str]) -> Path:
    """Write the migrations of a module `sampler`, one script for each list of statements."""
    folder = path / "dialog_sampler" / "migrations" / "versions"
    folder.mkdir(parents=True)
    for number, lines in enumerate(steps, 1):
        before = f"{number - 1:04}" if number > 1 else None
        head = (
            f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{number:04}'\ndown_revision = {before!r}\n"
        )
        body = "".join(f"    {line}\n" for line in lines)
        (folder / f"{number:04}.py").write_text(f"{head}def upgrade():\n{body}def downgrade():\n    pass\n")
    return path


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
