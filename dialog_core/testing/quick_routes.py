# SPDX-License-Identifier: Apache-2.0
"""Make applications quicker, of which tests make a new one each time: half of it is compiling the same few routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_known: dict[tuple[Any, ...], Callable[..., Any]] = {}


def remember_routes() -> None:
    """Let Werkzeug compile what builds a rule's addresses once a process: it depends on the rule's parts alone."""
    compiling = Rule._compile_builder
    if getattr(compiling, "is_remembering", False):
        return

    def remembering(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in _known:
            _known[key] = compiling(rule, append_unknown)
        return _known[key]

    remembering.is_remembering = True  # type: ignore[attr-defined]
    Rule._compile_builder = remembering  # type: ignore[method-assign, assignment]
