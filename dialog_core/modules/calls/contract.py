# SPDX-License-Identifier: Apache-2.0
"""What the hook specifications promise, read from their signatures: which hooks there are and what they may return."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from dialog_core.hookspecs import SPECIFICATIONS, HookTerms, terms_of

Many = (Iterable, Sequence)


@cache
def specifications() -> dict[str, Callable[..., Any]]:
    """Return every hook of the platform by name."""
    return {
        name: value
        for module in SPECIFICATIONS
        for name, value in vars(module).items()
        if hasattr(value, "dialog_terms")
    }


def hook_terms(name: str) -> HookTerms:
    """Return the terms of a hook.

    Raises:
        KeyError: there is no such hook.
    """
    return terms_of(specifications()[name])


@cache
def transformed_argument(name: str) -> str:
    """Return the name of the argument that a hook of the kind transform hands on: its first."""
    return next(iter(inspect.signature(specifications()[name]).parameters))


@cache
def element_types(name: str) -> tuple[Any, ...]:
    """Return the classes of which each contribution to a hook must be; empty when anything goes.

    A class in `type[…]` stays as `type[…]`.
    """
    hint = typing.get_type_hints(specifications()[name]).get("return")
    found: list[Any] = []
    _collect(hint, found)
    return tuple(found)


def _collect(hint: Any, found: list[Any]) -> None:
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType} or origin in Many:
        for argument in typing.get_args(hint):
            _collect(argument, found)
    elif origin is type or (isinstance(hint, type) and hint is not type(None)):
        found.append(hint)


def flatten(result: Any) -> list[Any]:
    """Return the contributions in one implementation's result."""
    if type(result) is list:
        return result
    if type(result) is tuple:
        return list(result)
    if result is None:
        return []
    if isinstance(result, Iterable) and not isinstance(result, (str, bytes, Mapping, type)):
        return list(result)
    return [result]


def check_contribution(name: str, value: Any) -> None:
    """Refuse what a hook may not return.

    Raises:
        TypeError: the value is of another type than the specification says.
    """
    wanted = element_types(name)
    if wanted and not any(_fits(value, hint) for hint in wanted):
        names = " or ".join(getattr(hint, "__name__", str(hint)) for hint in wanted)
        raise TypeError(f"the hook {name} returns {names}, not {type(value).__name__}")


@cache
def exact_types(name: str) -> frozenset[type]:
    """Return the classes of `element_types`; whatever is of just such a class needs no further look."""
    return frozenset(hint for hint in element_types(name) if isinstance(hint, type))


def check_result(name: str, result: Any) -> None:
    """Refuse an answer with a contribution that the hook may not return.

    Raises:
        TypeError: see `check_contribution`.
    """
    for value in flatten(result):
        check_contribution(name, value)


def _fits(value: Any, hint: Any) -> bool:
    if typing.get_origin(hint) is type:
        return isinstance(value, type) and issubclass(value, typing.get_args(hint)[0])
    return isinstance(value, hint)
