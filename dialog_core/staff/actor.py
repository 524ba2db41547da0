# SPDX-License-Identifier: Apache-2.0
"""Who acts: the first argument of every operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dialog_core.errors import NotPermitted
from dialog_core.language import Titles
from dialog_core.staff.declared import declared_permissions
from dialog_core.staff.permissions import TITLES


class ActorKind(StrEnum):
    """The kinds of actors that the journal knows."""

    STAFF = "staff"
    CONTACT = "contact"
    SYSTEM = "system"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, with what it may do.

    Attributes:
        id: staff id or contact id; None for the system, a module, or a person not known yet.
        name: as the journal shows it.
        permissions: names from `dialog_core.staff.permissions`; empty for contacts, whose rights stand in the table
            of transitions and in their memberships.
        channel: by which way the act came: `web`, `api`, `cli`, or a channel's name.
    """

    kind: ActorKind
    name: str
    id: int | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    channel: str = "web"

    def may(self, permission: str) -> bool:
        """Tell whether the actor has a permission; the system has all of them."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def require(self, permission: str) -> None:
        """Let only an actor with the permission pass.

        Raises:
            NotPermitted: the permission is missing.
        """
        if not self.may(permission):
            raise NotPermitted(permission, TITLES.get(permission) or _title_of(permission))


def _title_of(permission: str) -> Titles | None:
    return next((Titles((one.title,)) for one in declared_permissions() if one.name == permission), None)


def system_actor(channel: str = "system") -> Actor:
    """Return the platform itself as an actor."""
    return Actor(kind=ActorKind.SYSTEM, name="Dialog", channel=channel)
