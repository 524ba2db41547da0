# SPDX-License-Identifier: Apache-2.0
"""What a name in a file stands for: `run` after `from subprocess import run` is `subprocess.run`."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def imported_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Return each name that imports bind anywhere among the nodes of a file, with its dotted origin."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                found[item.asname or item.name.partition(".")[0]] = (
                    item.name if item.asname else item.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for item in node.names:
                found[item.asname or item.name] = f"{node.module}.{item.name}"
    return found


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for such an expression, empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def origin(node: ast.expr, names: dict[str, str]) -> str:
    """Return the dotted origin of an expression like `a.b.c`, empty for any other."""
    first, dot, rest = dotted(node).partition(".")
    return f"{names.get(first, first)}{dot}{rest}"


def literal(node: ast.expr | None) -> str | None:
    """Return the text of a string constant, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_hook_mark(node: ast.expr, names: dict[str, str]) -> bool:
    """Tell whether a decorator is `hookimpl`, called or not."""
    return origin(node.func if isinstance(node, ast.Call) else node, names).rpartition(".")[2] == "hookimpl"
