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
    """Take its code away; its data and settings are kept."""


@dataclass(frozen=True, slots=True)
class Action:
    """One wish; `sha256` chooses a wheel of store or catalog, without it the catalog's newest is taken."""

    verb: Verb
    name: str
    sha256: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"action": self.verb.value, "name": self.name, "sha256": self.sha256}


def action_from_json(data: dict[str, Any]) -> Action:
    """Rebuild an action from `Action.as_json`."""
    return Action(Verb(data["action"]), data["name"], data.get("sha256"))


def refuse_contradictions(actions: Sequence[Action]) -> None:
    """Refuse a change that is empty or wishes for two things that exclude each other.

    Raises:
        NotAllowedNow: it says which module is named twice.
    """
    if not actions:
        raise NotAllowedNow("There is nothing to change.")
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
