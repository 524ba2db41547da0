# SPDX-License-Identifier: Apache-2.0
"""Rules about imports: of the platform only its public face, of other modules nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles

FACE = "dialog_core.plugin"
FACE_FILE = Path(__file__).resolve().parents[2] / "plugin.py"
PLATFORM = {"dialog_core", "admin_ui"}


def imports(module: ModuleFiles) -> Iterator[Flaw]:
    """Find imports that the next version of the platform may break."""
    for file in module.readable.values():
        for node in file.nodes:
            for name, is_name_of_face in _imported(node):
                yield from _judge(module, file.path, node, name, is_name_of_face=is_name_of_face)


def _imported(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield what a statement imports, and whether that is a name of the face."""
    if isinstance(node, ast.Import):
        yield from ((item.name, False) for item in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if node.module == FACE:
            yield from ((item.name, True) for item in node.names)
        elif node.module == "dialog_core":
            yield from ((f"dialog_core.{item.name}", False) for item in node.names)
        else:
            yield node.module, False
    elif isinstance(node, ast.Call) and node.args:
        yield from _called(node)


def _called(node: ast.Call) -> Iterator[tuple[str, bool]]:
    function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    target = node.args[0]
    if (
        function in {"import_module", "__import__"}
        and isinstance(target, ast.Constant)
        and isinstance(target.value, str)
    ):
        yield target.value, False


def _judge(module: ModuleFiles, path: str, node: ast.AST, name: str, *, is_name_of_face: bool) -> Iterator[Flaw]:
    file, line = module.shown(path), getattr(node, "lineno", 1)
    first = name.partition(".")[0]
    if is_name_of_face:
        if name != "*" and name not in _face():
            what = f"{FACE} has no {name}"
            yield Flaw("import-unknown", file, line, what, "import only names that stand in its __all__")
    elif first in PLATFORM and name != FACE:
        what = f"{name} is an inner part of the platform"
        yield Flaw("import-private", file, line, what, f"import what you need from {FACE}, which stays compatible")
    elif first.startswith("dialog_") and first not in {module.package, "dialog_core"}:
        what = f"{first} is another module"
        yield Flaw("import-module", file, line, what, "go through a hook or an event: that module may be switched off")


@cache
def _face() -> frozenset[str]:
    """Return the names of the public face, read from its text: what it offers is built on this room."""
    for node in ast.parse(FACE_FILE.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    raise AssertionError("the public face has no __all__")
