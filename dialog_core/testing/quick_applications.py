# SPDX-License-Identifier: Apache-2.0
"""Make applications quicker, of which tests make a new one each time: most of it is compiling the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_builders: dict[tuple[Any, ...], Callable[..., Any]] = {}


class _Templates(BytecodeCache):
    """Compiled templates of this process; Jinja compares the digest of each source itself."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._known[bucket.key] = bucket.bytecode_to_string()


def remember_compiled() -> None:
    """Compile a template, and what builds the addresses of a route, once a process instead of once an application."""
    compiling = Rule._compile_builder
    if getattr(compiling, "is_remembering", False):
        return

    def remembering(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)  # it depends on nothing else
        if key not in _builders:
            _builders[key] = compiling(rule, append_unknown)
        return _builders[key]

    remembering.is_remembering = True  # type: ignore[attr-defined]
    Rule._compile_builder = remembering  # type: ignore[method-assign, assignment]
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
