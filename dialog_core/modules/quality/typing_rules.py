# SPDX-License-Identifier: Apache-2.0
"""The rule that a module's code says which types it takes and returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles


def types_are_said(module: ModuleFiles) -> Iterator[Flaw]:
    """Find functions without annotations, and a package that does not say that it has them."""
    marker = f"{module.package}/py.typed"
    if marker not in module.files:
        advice = "make an empty file of that name, so that type checkers use its annotations"
        yield Flaw("untyped", module.shown(marker), 1, "the package does not say that it is typed", advice)
    for file in module.readable.values():
        for node in file.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                missing = _missing(node)
                if missing:
                    advice = "annotate it, and run mypy --strict"
                    what = f"{node.name} does not say the type of {', '.join(missing)}"
                    yield Flaw("untyped", module.shown(file.path), node.lineno, what, advice)


def _missing(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    found = node.args
    positional = [*found.posonlyargs, *found.args]
    if positional and positional[0].arg in {"self", "cls", "mcs"}:
        positional = positional[1:]
    others = [each for each in (found.vararg, found.kwarg) if each is not None]
    missing = [each.arg for each in (*positional, *found.kwonlyargs, *others) if each.annotation is None]
    return [*missing, *(["what it returns"] if node.returns is None else [])]
