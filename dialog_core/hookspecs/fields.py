# SPDX-License-Identifier: Apache-2.0
"""Fields that a ticket should have at intake, whoever brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class IntakeView:
    """What is known of a request when completeness is judged."""

    kind: str
    subject: str
    description: str
    category: str | None
    organisation_name: str
    organisation_address: str
    contact_name: str
    contact_phones: tuple[str, ...]
    contact_emails: tuple[str, ...]
    fields: dict[str, str | bool | int | Decimal | None]


@dataclass(frozen=True, slots=True)
class IntakeField:
    """One thing to ask for.

    Attributes:
        name: stable key, prefixed with the module's name unless it is the core's.
        title: `{"ru": …, "en": …}`.
        is_known: whether the request already tells it.
    """

    name: str
    title: dict[str, str]
    is_known: Callable[[IntakeView], bool]


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def intake_fields(kind: str) -> Iterable[IntakeField]:
    """Say what should be asked for at intake of a request of this kind.

    Called: when a ticket is shown or returned. Process: web and jobs. Transaction: may be open; read nothing.
    Return: the fields; a name used twice is an error of the later module.
    On error: the module's fields are left out.
    """
