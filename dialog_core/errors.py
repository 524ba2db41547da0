# SPDX-License-Identifier: Apache-2.0
"""Errors by what the person who caused them should learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialog_core.language import Term, Titles, mark, phrase

_OF_THE_PLATFORM = Term("Act as the platform itself")


class DialogError(Exception):
    """Base of all errors that are meant for people.

    Attributes:
        code: stable word for programs.
        values: what fills the message; the message itself is a gettext id with `%(name)s` places.
    """

    code = "error"

    def __init__(self, message: str, /, **values: Any) -> None:
        self.message = message
        self.values = values
        super().__init__(message % values if values else message)

    def in_words(self, language: str, translate: Callable[[str], str]) -> str:
        """Return what happened in a language, into which `translate` brings gettext ids."""
        return phrase(language, translate, self.message, self.values)


class NotFound(DialogError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class NotPermitted(DialogError):
    """The actor lacks a permission; `permission` names it, and a title puts it into words."""

    code = "not_permitted"

    def __init__(self, permission: str, title: str | Titles | None = None) -> None:
        self.permission = permission
        super().__init__(
            mark("You are not allowed to do this: the permission “%(permission)s” is missing."),
            permission=title or (_OF_THE_PLATFORM if permission == "system" else permission),
        )


class WrongValue(DialogError):
    """A value cannot be accepted; `field` names it."""

    code = "wrong_value"

    def __init__(self, field: str, message: str, /, **values: Any) -> None:
        self.field = field
        super().__init__(message, **values)


class NotAllowedNow(DialogError):
    """The table of transitions or the state of things does not allow it; `missing` says what is needed."""

    code = "not_allowed_now"

    def __init__(self, message: str, /, *, missing: tuple[str, ...] = (), **values: Any) -> None:
        self.missing = missing
        super().__init__(message, **values)


class TooLarge(DialogError):
    """Something exceeds a limit that the message names."""

    code = "too_large"


class SetupProblem(DialogError):
    """The platform cannot start or go on as configured; the message says what to change."""

    code = "setup_problem"
