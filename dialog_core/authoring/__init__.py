# SPDX-License-Identifier: Apache-2.0
"""What module authors work with, behind `dialog module dev`, `check` and their like; no installation imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.authoring.building import build_wheel, place
    from dialog_core.authoring.checking import Report, check
    from dialog_core.authoring.dev.parent import run_dev
    from dialog_core.authoring.publishing import Published, make_index, publish
    from dialog_core.authoring.source import ProjectProblem, Source, read_source
    from dialog_core.authoring.translating import compile_translations

_WHERE = {
    "ProjectProblem": "source",
    "Published": "publishing",
    "Report": "checking",
    "Source": "source",
    "build_wheel": "building",
    "check": "checking",
    "compile_translations": "translating",
    "make_index": "publishing",
    "place": "building",
    "publish": "publishing",
    "read_source": "source",
    "run_dev": "dev.parent",
}
__all__ = [
    "ProjectProblem",
    "Published",
    "Report",
    "Source",
    "build_wheel",
    "check",
    "compile_translations",
    "make_index",
    "place",
    "publish",
    "read_source",
    "run_dev",
]


def __getattr__(name: str) -> Any:
    """Import a part when it is asked for: each command needs one of them."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"dialog_core.authoring.{_WHERE[name]}"), name)
