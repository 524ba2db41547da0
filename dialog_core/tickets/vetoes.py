# SPDX-License-Identifier: Apache-2.0
"""Ask modules before staff change a ticket. What customers and the platform itself do is never put to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialog_core.database import is_writing, write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.fields import Change, as_json, catalogue, load
from dialog_core.hookspecs import Refusal
from dialog_core.hookspecs.validation import TicketDraft, TransitionAsked
from dialog_core.runtime import runtime
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.workflow import Transition

if TYPE_CHECKING:
    from dialog_core.modules import Contribution

VALUES = (
    "subject", "kind", "impact", "urgency", "priority", "category_id", "organisation_id", "contact_id", "entitlement",
    "channel",
)  # fmt: skip
_NO_CHANGE = Change()


def check_ticket(
    actor: Actor, ticket: Ticket, change: Change = _NO_CHANGE, *, changed: frozenset[str] = frozenset(VALUES)
) -> None:
    """Let modules refuse the values of a ticket that staff open or change.

    Args:
        change: what is to be written of further fields.
        changed: which of the ticket's own values differ; all of them at opening.

    Raises:
        WrongValue, NotAllowedNow: a module refuses; with a field or without.
    """
    if actor.kind is not ActorKind.STAFF or not runtime().hooks.implementations("check_ticket"):
        return
    further = dict.fromkeys(change.uploads) | change.after
    draft = TicketDraft(
        ticket_id=ticket.id,
        actor_id=actor.id,
        changed=changed | {f"fields.{key}" for key in further},
        fields=_further(ticket, change),
        **{name: getattr(ticket, name) for name in VALUES},
    )
    for refused in _asked("check_ticket", draft=draft):
        raise _error(refused.module, "check_ticket", refused.value)


def _further(ticket: Ticket, change: Change) -> dict[str, Any]:
    """Return the values of further fields as they would stand; of a file that is still to be kept only the name."""
    known = catalogue()
    stored = load(known, [ticket.id])[ticket.id] if ticket.id else {}
    values = {key: as_json(value) for key, value in {**stored, **change.after}.items() if value is not None}
    return values | {key: {"id": None, "name": file.name} for key, file in change.uploads.items()}


def check_transition(actor: Actor, ticket: Ticket, row: Transition, **data: object) -> None:
    """Let modules refuse a step that staff want a ticket to take.

    Raises:
        WrongValue, NotAllowedNow: a module refuses; with a field or without.
    """
    if actor.kind is not ActorKind.STAFF or not runtime().hooks.implementations("check_transition"):
        return
    asked = TransitionAsked(
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        kind=ticket.kind,
        transition=row.name,
        state=ticket.state,
        target=row.target.value,
        actor_id=actor.id,
        data={key: value for key, value in data.items() if value},
    )
    for refused in _asked("check_transition", asked=asked):
        raise _error(refused.module, "check_transition", refused.value)


def _asked(hook: str, **arguments: object) -> list[Contribution]:
    """Ask the modules; in a transaction, nothing that they do to it stays: no change, and no statement that failed.

    PostgreSQL carries out nothing more in a transaction after a statement that failed.
    """
    hooks = runtime().hooks
    if not is_writing():
        return hooks.veto(hook, **arguments)
    with write() as session:
        session.flush()
        before = session.connection().begin_nested()
        try:
            return hooks.veto(hook, **arguments)
        finally:
            before.rollback()


def _error(module: str, hook: str, refusal: Refusal) -> WrongValue | NotAllowedNow:
    """Return the error for a refusal; one whose words cannot be put together is a failure of the module, too."""
    try:
        words: tuple[object, ...] = (refusal.message, refusal.field or "")
        if not all(isinstance(word, str) for word in words):
            raise TypeError("message or field of a refusal is no text")
        values: dict[str, Any] = dict(refusal.values)
        if refusal.field is not None:
            return WrongValue(refusal.field, refusal.message, **values)
        values.pop("missing", None)  # the error's own word
        return NotAllowedNow(refusal.message, **values)
    except Exception as error:  # noqa: BLE001 - message and values are the module's
        from dialog_core.modules import FAILED_TO_AGREE, report_incident  # it stands on this room

        report_incident(module, f"hook {hook}", error)
        return NotAllowedNow(FAILED_TO_AGREE, module=module)
