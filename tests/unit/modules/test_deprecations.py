# SPDX-License-Identifier: Apache-2.0
"""Hooks and arguments that go away: who uses them is told, and nobody is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from dialog_core.hookspecs import Deprecation, HookKind, hookimpl, hookspec, terms_of
from dialog_core.modules import LoadedModule
from dialog_core.modules.trial.checks import check_contributions
from dialog_core.modules.trial.declared import Finding
from dialog_core.modules.wheels.manifest import parse_manifest

MANIFEST = """
name = "sample"
icon = "note"
category = "other"
hooks = ["outdated", "current"]
[title]
ru = "Проба"
en = "Sample"
[description]
ru = "Для испытаний"
en = "For tests"
"""


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=1, deprecated_in="0.3", removed_in="0.5", instead="Use current.")
def outdated() -> Iterable[str]: ...  # type: ignore[empty-body]


@hookspec(
    kind=HookKind.COLLECT,
    since="0.1",
    budget=1,
    deprecated_arguments={"colour": Deprecation("0.2", "0.4", "Use tone.")},
)
def current(tone: str, colour: str) -> Iterable[str]: ...  # type: ignore[empty-body]


def report(only_specified: Callable[..., None], **functions: Callable[..., Any]) -> tuple[Any, list[Finding]]:
    only_specified(outdated, current)
    text = MANIFEST.replace('["outdated", "current"]', str(list(functions)).replace("'", '"'))
    module = LoadedModule("sample", "dialog-sample", "1", "", parse_manifest(text.encode()))
    plugin = SimpleNamespace(**{name: hookimpl(function) for name, function in functions.items()})
    findings: list[Finding] = []
    return check_contributions(module, plugin, findings)["warnings"], findings


def test_preflight_tells_of_each_use(only_specified: Callable[..., None]) -> None:
    warnings, findings = report(only_specified, outdated=lambda: (), current=lambda colour: [])
    assert findings == []
    assert warnings == [
        {"hook": "current", "argument": "colour", "deprecated_in": "0.2", "removed_in": "0.4", "instead": "Use tone."},
        {"hook": "outdated", "argument": None, "deprecated_in": "0.3", "removed_in": "0.5", "instead": "Use current."},
    ]


def test_who_does_without_is_not_told(only_specified: Callable[..., None]) -> None:
    assert report(only_specified, current=lambda tone: []) == ([], [])


def test_a_deprecation_is_told_whole_and_of_what_there_is() -> None:
    assert terms_of(outdated).deprecation == Deprecation("0.3", "0.5", "Use current.")
    with pytest.raises(TypeError, match="instead"):
        hookspec(kind=HookKind.COLLECT, since="0.1", budget=1, deprecated_in="0.3")
    with pytest.raises(TypeError, match="no argument shade"):
        hookspec(
            kind=HookKind.COLLECT, since="0.1", budget=1, deprecated_arguments={"shade": Deprecation("1", "2", "x")}
        )(lambda tone: None)
