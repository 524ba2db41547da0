# SPDX-License-Identifier: Apache-2.0
"""Whether the core's migrations only add: tried out on a scratch database, and compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from dialog_core.config import Config
from dialog_core.database import migrated_to, narrowing_revisions


@dataclass(frozen=True, slots=True)
class Table:
    """What code that writes to a table depends on."""

    columns: dict[str, tuple[str, bool, bool]]
    """Name to type, whether it may be empty, and whether the database fills it."""
    rules: frozenset[str] = field(default_factory=frozenset)


def what_is_taken_away(folder: Path, revision: str) -> list[str]:
    """Return what the migrations after a revision remove or narrow, in words; empty when they only add.

    Args:
        folder: an empty folder for the scratch database.
    """
    config = Config.from_environment({"DIALOG_HOME": str(folder)})
    with migrated_to(config, revision) as connection:
        before = _tables(connection)
    with migrated_to(config, "head") as connection:
        after = _tables(connection)
    marked = [f"migration {name} says that it takes something away" for name in narrowing_revisions(revision)]
    return [*marked, *(line for name in sorted(before) for line in _losses(name, before[name], after.get(name)))]


def _tables(connection: Connection) -> dict[str, Table]:
    inspector = inspect(connection)
    return {
        name: Table(
            {
                column["name"]: (str(column["type"]), bool(column["nullable"]), column["default"] is not None)
                for column in inspector.get_columns(name)
            },
            frozenset(_rules(inspector, name)),
        )
        for name in inspector.get_table_names()
    }


def _rules(inspector: Any, name: str) -> list[str]:
    unique = [item["column_names"] for item in inspector.get_unique_constraints(name)]
    unique += [item["column_names"] for item in inspector.get_indexes(name) if item["unique"]]
    foreign = [item["constrained_columns"] for item in inspector.get_foreign_keys(name)]
    checks = [str(item["sqltext"]) for item in inspector.get_check_constraints(name)]
    return [
        *(f"unique {', '.join(map(str, columns))}" for columns in unique),
        *(f"reference from {', '.join(columns)}" for columns in foreign),
        *(f"check {text}" for text in checks),
    ]


def _losses(name: str, before: Table, after: Table | None) -> list[str]:
    if after is None:
        return [f"the table {name} goes"]
    found = []
    for column, (kind, nullable, _) in before.columns.items():
        if column not in after.columns:
            found.append(f"{name}.{column} goes")
        elif after.columns[column][0] != kind:
            found.append(f"{name}.{column} becomes {after.columns[column][0]}, it was {kind}")
        elif nullable and not after.columns[column][1]:
            found.append(f"{name}.{column} may not be empty any more")
    added = after.columns.keys() - before.columns.keys()
    found += [
        f"{name}.{column} is new and must be filled"
        for column in sorted(added)
        if not after.columns[column][1] and not after.columns[column][2]
    ]
    found += [f"{name}: new rule “{rule}”" for rule in sorted(after.rules - before.rules) if not _names(rule, added)]
    return found


def _names(rule: str, columns: set[str]) -> bool:
    """Tell whether a rule is about a column that is new, which the older version leaves empty."""
    return any(column in rule.replace(",", " ").replace('"', " ").split() for column in columns)
