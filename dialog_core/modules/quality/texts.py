# SPDX-License-Identifier: Apache-2.0
"""Texts for people in a module's code and templates: English gettext ids, and where they stand."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core.modules.quality.files import MAX_PARSED, ModuleFiles
from dialog_core.modules.quality.names import literal

PLACES = {
    "_": (0,), "gettext": (0,), "lazy_gettext": (0,), "_l": (0,), "ngettext": (0,), "lazy_ngettext": (0,),
    "pgettext": (1,), "npgettext": (1,), "mark": (0,), "NotFound": (0,), "NotAllowedNow": (0,), "WrongValue": (1,),
    "TooLarge": (0,), "DialogError": (0,), "Refusal": (0,),
}  # fmt: skip
"""Which argument of a call is a text, by the name of what is called; the same that are collected for translators."""
CONTEXTS = {"pgettext", "npgettext"}


@dataclass(frozen=True, slots=True)
class Text:
    """One text; `context` tells two meanings of the same words apart."""

    id: str
    path: str
    line: int
    context: str | None = None


def texts(module: ModuleFiles) -> Iterator[Text]:
    """Yield the texts of a module."""
    for file in module.readable.values():
        for node in file.nodes:
            if isinstance(node, ast.Call):
                yield from _called(file.path, node)
    for path, content in module.files.items():
        if "/templates/" in path and path.endswith((".html", ".txt")) and len(content) <= MAX_PARSED:
            yield from _in_template(path, content)


def _called(path: str, node: ast.Call) -> Iterator[Text]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    context = literal(node.args[0]) if name in CONTEXTS and node.args else None
    for place in PLACES.get(name, ()):
        text = literal(node.args[place]) if len(node.args) > place else None
        if text:
            yield Text(text, path, node.lineno, context)


def _in_template(path: str, content: bytes) -> Iterator[Text]:
    from babel.messages.extract import DEFAULT_KEYWORDS, extract  # only who looks at templates needs it

    try:
        for line, found, _, context in extract(
            "jinja2", io.BytesIO(content), DEFAULT_KEYWORDS, (), {"silent": "false"}
        ):
            yield Text(found if isinstance(found, str) else found[0], path, line, context)
    except Exception:  # noqa: BLE001 - a template that cannot be read is told by the trial, with its reason
        return
