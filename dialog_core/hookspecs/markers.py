# SPDX-License-Identifier: Apache-2.0
"""Markers that declare a hook and what happens when one of its implementations fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import pluggy

PROJECT = "dialog"

hookimpl = pluggy.HookimplMarker(PROJECT)
_pluggy_hookspec = pluggy.HookspecMarker(PROJECT)

F = TypeVar("F", bound=Callable[..., Any])
SHORTEST_LIMIT = 2.0


class HookKind(StrEnum):
    """What a hook's results mean and what a failing implementation costs."""

    COLLECT = "collect"
    """Every implementation contributes; a failing one is skipped and recorded."""
    FIRST = "first"
    """The first answer that is not None counts; a failing implementation is passed over and recorded."""
    NOTIFY = "notify"
    """Called after the commit from the event stream, at least once, in order per ticket; failures are retried."""
    TRANSFORM = "transform"
    """Each implementation gets the first argument as the one before it left it; a failing one changes nothing."""
    VETO = "veto"
    """Each implementation may answer with a `Refusal`; one is enough. What a failure means stands in the terms."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What goes away: modules that still use it are told of at preflight and on their pages.

    Attributes:
        deprecated_in: platform version from which on it should not be used any more.
        removed_in: platform version that is without it, at least two minor versions later.
        instead: what to use, in English, for module authors.
    """

    deprecated_in: str
    removed_in: str
    instead: str


@dataclass(frozen=True, slots=True)
class HookTerms:
    """The terms on which the relay calls a hook.

    Attributes:
        kind: result and failure semantics.
        since: platform version that introduced the hook.
        budget: soft budget of one implementation, seconds; overruns are recorded.
        limit: hard limit of one implementation, seconds; past it the call is interrupted. None: ten times the
            budget, at least two seconds.
        fails_closed: a veto that fails counts as a refusal; otherwise it is passed over like the others' failures.
        deprecation: the hook as a whole goes away.
        deprecated_arguments: arguments that go away.
    """

    kind: HookKind
    since: str
    budget: float
    fails_closed: bool = False
    limit: float | None = None
    deprecation: Deprecation | None = None
    deprecated_arguments: Mapping[str, Deprecation] = field(default_factory=dict)

    @property
    def hard_limit(self) -> float:
        """Return the hard limit in seconds."""
        return max(SHORTEST_LIMIT, 10 * self.budget) if self.limit is None else self.limit


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a module does not agree; what a hook of the kind veto returns.

    Attributes:
        message: English gettext id with `%(name)s` places, shown in the reader's language when the module's
            translations have it.
        values: what fills the places.
        field: name of the value that is refused, so that a form can point to it; None when it is about the whole.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    field: str | None = None


def hookspec(
    *,
    kind: HookKind,
    since: str,
    budget: float,
    fails_closed: bool = False,
    limit: float | None = None,
    deprecated_in: str | None = None,
    removed_in: str | None = None,
    instead: str | None = None,
    deprecated_arguments: Mapping[str, Deprecation] | None = None,
) -> Callable[[F], F]:
    """Declare a hook of the `dialog` project together with its terms.

    Args:
        deprecated_in, removed_in, instead: the hook goes away; all three or none, see `Deprecation`.
        deprecated_arguments: arguments that go away.

    Raises:
        TypeError: only a veto can fail closed; or a deprecation is told by half, or of an argument that is not there.
    """
    if fails_closed and kind is not HookKind.VETO:
        raise TypeError("only a hook of the kind veto can fail closed")
    deprecation = None
    if deprecated_in and removed_in and instead:
        deprecation = Deprecation(deprecated_in, removed_in, instead)
    elif deprecated_in or removed_in or instead:
        raise TypeError("a deprecation needs deprecated_in, removed_in and instead")
    going = dict(deprecated_arguments or {})

    def declare(function: F) -> F:
        unknown = going.keys() - inspect.signature(function).parameters.keys()
        if unknown:
            raise TypeError(f"{function.__name__} has no argument {', '.join(sorted(unknown))}")
        marked = _pluggy_hookspec(function)
        terms = HookTerms(kind, since, budget, fails_closed, limit, deprecation, going)
        marked.dialog_terms = terms  # type: ignore[attr-defined]
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
