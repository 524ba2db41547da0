# SPDX-License-Identifier: Apache-2.0
"""Which migrations only add, so that the version before runs on."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from dialog_core.upgrade.schema import _losses, _tables, what_is_taken_away

BEFORE = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(10), size INTEGER NOT NULL)"


def losses(*statements: str) -> list[str]:
    """Return what statements take away from a table."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(sa.text(BEFORE))
        before = _tables(connection)
        for statement in statements:
            connection.execute(sa.text(statement))
        after = _tables(connection)
    engine.dispose()
    return _losses("t", before["t"], after.get("t"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (id INTEGER)",
        "ALTER TABLE t ADD COLUMN more INTEGER",
        "ALTER TABLE t ADD COLUMN more INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX i ON t (name)",
    ],
)
def test_what_only_adds_is_fine(statement: str) -> None:
    assert losses(statement) == []


def test_a_rule_about_a_new_column_is_fine() -> None:
    assert losses("ALTER TABLE t ADD COLUMN more INTEGER", "CREATE UNIQUE INDEX i ON t (more)") == []


@pytest.mark.parametrize(
    ("statement", "loss"),
    [
        ("DROP TABLE t", "the table t goes"),
        ("ALTER TABLE t DROP COLUMN name", "t.name goes"),
        ("ALTER TABLE t RENAME COLUMN name TO title", "t.name goes"),
        ("CREATE UNIQUE INDEX i ON t (name)", "t: new rule “unique name”"),
    ],
)
def test_what_takes_away_is_named(statement: str, loss: str) -> None:
    assert losses(statement) == [loss]


def _rebuilt(columns: str) -> list[str]:
    return losses("DROP TABLE t", f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")


@pytest.mark.parametrize(
    ("columns", "loss"),
    [
        ("name VARCHAR(5), size INTEGER NOT NULL", "t.name becomes VARCHAR(5), it was VARCHAR(10)"),
        ("name VARCHAR(10) NOT NULL, size INTEGER NOT NULL", "t.name may not be empty any more"),
        ("name VARCHAR(10), size INTEGER NOT NULL, more INTEGER NOT NULL", "t.more is new and must be filled"),
        ("name VARCHAR(10), size INTEGER NOT NULL CHECK (size > 3)", "t: new rule “check size > 3”"),
    ],
)
def test_what_narrows_is_named(columns: str, loss: str) -> None:
    assert _rebuilt(columns) == [loss]


def test_the_migrations_of_this_version_only_add(tmp_path: Path) -> None:
    assert what_is_taken_away(tmp_path, "0002") == []
