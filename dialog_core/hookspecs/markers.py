# SPDX-License-Identifier: Apache-2.0
"""Markers that declare a hook and what happens when one of its implementations fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import pluggy

PROJECT = "dialog"

hookimpl = pluggy.HookimplMarker(PROJECT)
_pluggy_hookspec = pluggy.HookspecMarker(PROJECT)

F = TypeVar("F", bound=Callable[..., Any])


class HookKind(StrEnum):
    """What a hook's results mean and what a failing implementation costs."""

    COLLECT = "collect"
    """Every implementation contributes; a failing one is skipped and recorded."""
    FIRST = "first"
    """The first answer that is not None counts; a failing implementation is passed over and recorded."""
    NOTIFY = "notify"
    """Called after the commit from the event stream, at least once, in order per ticket; failures are retried."""


@dataclass(frozen=True, slots=True)
class HookTerms:
    """The terms on which the relay calls a hook.

    Attributes:
        kind: result and failure semantics.
        since: platform version that introduced the hook.
        budget: soft budget of one implementation, seconds; overruns are recorded.
    """

    kind: HookKind
    since: str
    budget: float


def hookspec(*, kind: HookKind, since: str, budget: float) -> Callable[[F], F]:
    """Declare a hook of the `dialog` project together with its terms."""

    def declare(function: F) -> F:
        marked = _pluggy_hookspec(function)
        marked.dialog_terms = HookTerms(kind=kind, since=since, budget=budget)  # type: ignore[attr-defined]
        return marked

    return declare


def terms_of(specification: object) -> HookTerms:
    """Return the terms of a function declared with `hookspec`.

    Raises:
        TypeError: the object was not declared with `hookspec`.
    """
    terms = getattr(specification, "dialog_terms", None)
    if not isinstance(terms, HookTerms):
        raise TypeError(f"{specification!r} is not a Dialog hook: declare it with hookspec(kind=…, since=…, budget=…)")
    return terms
