# SPDX-License-Identifier: Apache-2.0
"""Grave steps (trust a key, run what nobody vouches for) are confirmed with the administrator's password."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.errors import WrongValue
from dialog_core.staff import Actor, ActorKind, check_own_password


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Made by `confirm` only: this person entered the password just now."""

    staff_id: int


def confirm(actor: Actor, *, password: str, address: str) -> Confirmation | None:
    """Check the password of the one who acts; None when none was entered or nobody can be asked for one.

    Called before a transaction is open: failed attempts are counted, and must stay so when the step is refused.

    Raises:
        WrongValue: field `password`; it is wrong.
        TooManyAttempts: the account or the address has to wait.
    """
    if not password or actor.kind is not ActorKind.STAFF or actor.id is None:
        return None
    check_own_password(actor, password=password, address=address)
    return Confirmation(actor.id)


def is_confirmed(actor: Actor, confirmation: Confirmation | None) -> bool:
    """Tell whether the step is confirmed; a call on the command line of the server is its own confirmation."""
    if actor.kind is ActorKind.SYSTEM:
        return actor.channel == "cli"
    return confirmation is not None and confirmation.staff_id == actor.id


def require_confirmation(actor: Actor, confirmation: Confirmation | None) -> None:
    """Let only a confirmed step pass.

    Raises:
        WrongValue: field `password`.
    """
    if not is_confirmed(actor, confirmation):
        raise WrongValue("password", "Confirm this with your password.")
