# SPDX-License-Identifier: Apache-2.0
"""What can be wished for: verbs on modules, several of which make one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dialog_core.errors import NotAllowedNow


class Verb(StrEnum):
    """What can be done with a module."""

    INSTALL = "install"
    """Add it, or put another version in its place (newer or older); it stays as enabled as it was."""
    ENABLE = "enable"
    DISABLE = "disable"
    REMOVE = "remove"
    """Take its code away; `Action.data` says what becomes of its data and settings. Of a module that was removed
    before, with its data kept, only those are left to remove."""
    EXPORT = "export"
    """Write its tables and settings into a file that an administrator can download; nothing else changes."""
    ROLLBACK = "rollback"
    """Return the whole set of modules to that of `Action.generation`; it names no module."""


class DataFate(StrEnum):
    """What becomes of the tables and settings of a module that is removed."""

    KEEP = "keep"
    EXPORT = "export"
    """Write them into a file for download, and delete them from the database once that file is there."""
    PURGE = "purge"


@dataclass(frozen=True, slots=True)
class Action:
    """One wish.

    Attributes:
        sha256: chooses a wheel of store or catalog; without it the catalog's newest is taken.
        data: what becomes of the data of a module that is removed.
        generation: the one to return to.
    """

    verb: Verb
    name: str
    sha256: str | None = None
    data: DataFate = DataFate.KEEP
    generation: int | None = None

    def __str__(self) -> str:
        return f"{self.name or self.generation}: {self.verb}"

    @property
    def is_about_data(self) -> bool:
        """Whether data are exported or deleted after the switch."""
        return self.verb is Verb.EXPORT or (self.verb is Verb.REMOVE and self.data is not DataFate.KEEP)

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        values: dict[str, Any] = {"action": self.verb.value, "name": self.name, "sha256": self.sha256}
        if self.verb is Verb.REMOVE:
            values["data"] = self.data.value
        if self.generation is not None:
            values["generation"] = self.generation
        return values


def action_from_json(data: dict[str, Any]) -> Action:
    """Rebuild an action from `Action.as_json`."""
    fate = DataFate(data.get("data", DataFate.KEEP))
    return Action(Verb(data["action"]), data["name"], data.get("sha256"), fate, data.get("generation"))


def refuse_contradictions(actions: Sequence[Action]) -> None:
    """Refuse a change that is empty or wishes for two things that exclude each other.

    Raises:
        NotAllowedNow: it says which module is named twice.
    """
    if not actions:
        raise NotAllowedNow("There is nothing to change.")
    if len(actions) > 1 and any(action.verb is Verb.ROLLBACK for action in actions):
        raise NotAllowedNow("A return to an earlier set of modules is a change of its own.")
    seen: dict[str, set[Verb]] = {}
    for action in actions:
        verbs = seen.setdefault(action.name, set())
        together = {*verbs, action.verb}
        if action.verb in verbs or (len(together) > 1 and together not in ALLOWED_TOGETHER):
            raise NotAllowedNow(
                "The change names “%(name)s” twice. Choose one thing to do with it.", name=action.name[:60]
            )
        verbs.add(action.verb)


ALLOWED_TOGETHER = ({Verb.INSTALL, Verb.ENABLE}, {Verb.INSTALL, Verb.DISABLE})
