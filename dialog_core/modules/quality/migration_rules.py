# SPDX-License-Identifier: Apache-2.0
"""Rules about migrations: one row of steps, each with a way back, and only on the module's own tables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles, line_with
from dialog_core.modules.quality.names import literal

FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.py")
TABLE_FIRST = {
    "create_table", "drop_table", "add_column", "drop_column", "alter_column", "batch_alter_table", "rename_table",
    "bulk_insert", "create_table_comment",
}  # fmt: skip
TABLE_SECOND = {
    "create_index", "create_foreign_key", "create_unique_constraint", "create_check_constraint", "drop_constraint",
    "create_primary_key", "drop_index",
}  # fmt: skip
"""Operations of Alembic by the place of the table's name among their arguments."""
TAKING = {"drop_table", "drop_column"}


def migrations(module: ModuleFiles) -> Iterator[Flaw]:
    """Find migrations that could not be applied, or not be taken back."""
    folder = f"{module.package}/migrations/versions/"
    steps = sorted(path for path in module.readable if path.startswith(folder) and not path.endswith("__init__.py"))
    before: str | None = None
    for number, path in enumerate(steps, 1):
        values = _values(module.readable[path].tree)
        yield from _order(module, path, number, before, values)
        yield from _ways(module, path, values)
        yield from _tables(module, path)
        before = values.get("revision", (None, 1))[0]


def _values(tree: ast.Module) -> dict[str, tuple[Any, int]]:
    """Return what a script assigns at its top, with the lines."""
    found: dict[str, tuple[Any, int]] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name):
                value = getattr(node, "value", None)
                found[target.id] = (value.value if isinstance(value, ast.Constant) else value, node.lineno)
    return found


def _order(
    module: ModuleFiles, path: str, number: int, before: str | None, values: dict[str, tuple[Any, int]]
) -> Iterator[Flaw]:
    file, wanted = module.shown(path), f"{number:04}"
    named = FILE.fullmatch(path.rpartition("/")[2])
    if named is None or named[1] != wanted:
        what = "migrations are numbered in one row from 0001"
        yield Flaw("migration-order", file, 1, f"{what}, and this is step {wanted}", f"name it {wanted}_WORDS.py")
        return
    revision, line = values.get("revision", (None, 1))
    if revision != wanted:
        yield Flaw("migration-order", file, line, f"its revision is {revision!r}", f'write revision = "{wanted}"')
    after, line = values.get("down_revision", (None, 1))
    if after != before:
        yield Flaw(
            "migration-order", file, line, f"its down_revision is {after!r}", f"write down_revision = {before!r}"
        )


def _ways(module: ModuleFiles, path: str, values: dict[str, tuple[Any, int]]) -> Iterator[Flaw]:
    file = module.shown(path)
    functions = {node.name: node for node in module.readable[path].tree.body if isinstance(node, ast.FunctionDef)}
    says_destructive = values.get("destructive", (None, 1))[0] is True
    back = functions.get("downgrade")
    if (back is None or _is_empty(back)) and not says_destructive:
        what = "there is no downgrade that takes this step back"
        advice = "write one, or destructive = True at the top when there can be none"
        yield Flaw("migration-irreversible", file, back.lineno if back else 1, what, advice)
    forward = functions.get("upgrade")
    for node in ast.walk(forward) if forward is not None and not says_destructive else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING:
            what = f"{node.func.attr} takes something away for good"
            advice = "write destructive = True at the top of the file: the tables are then exported before"
            yield Flaw("migration-destructive", file, node.lineno, what, advice)


def _is_empty(function: ast.FunctionDef) -> bool:
    def is_nothing(node: ast.stmt) -> bool:
        return isinstance(node, (ast.Pass, ast.Raise)) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )

    return all(map(is_nothing, function.body))


def _tables(module: ModuleFiles, path: str) -> Iterator[Flaw]:
    file, prefix = module.shown(path), f"{module.name}_"
    declared = module.manifest.capabilities.tables if module.manifest is not None else None
    for node in module.readable[path].nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        place = 0 if node.func.attr in TABLE_FIRST else 1 if node.func.attr in TABLE_SECOND else None
        table = _argument(node, place) if place is not None and ast.unparse(node.func.value) == "op" else None
        if table is None:
            continue
        if not table.startswith(prefix):
            what = f"the table {table} is not this module's"
            yield Flaw(
                "migration-foreign", file, node.lineno, what, f"touch only tables whose names begin with {prefix}"
            )
        elif node.func.attr == "create_table" and declared is not None and table not in declared:
            line = line_with(module.text(f"{module.package}/module.toml"), "tables")
            advice = f'add "{table}" to capabilities.tables in {module.shown(f"{module.package}/module.toml")}:{line}'
            yield Flaw("table-undeclared", file, node.lineno, f"module.toml does not list the table {table}", advice)


def _argument(node: ast.Call, place: int) -> str | None:
    named = next((each.value for each in node.keywords if each.arg == "table_name"), None)
    return literal(node.args[place]) if len(node.args) > place else literal(named)
