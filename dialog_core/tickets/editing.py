# SPDX-License-Identifier: Apache-2.0
"""Change what a ticket says about itself; who said what in it is never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations import MAX_SUBJECT, clean
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.events import record
from dialog_core.fields import Change, Facts, catalogue, load, prepare
from dialog_core.parties import coverage
from dialog_core.parties.models import Contact, Organisation
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.permissions import TICKET_WORK
from dialog_core.tickets.acting import hold
from dialog_core.tickets.further import set_fields
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.opening import category_id, choice
from dialog_core.tickets.priority import priority_of
from dialog_core.tickets.vetoes import check_ticket
from dialog_core.tickets.vocabulary import Kind, Level, Priority


def update_ticket(actor: Actor, ticket_id: int, *, version: int | None = None, **changes: Any) -> None:
    """Change fields of a ticket.

    Args:
        version: the version that the change was made on; None overwrites whatever stands there.
        changes: any of `subject`, `kind`, `impact`, `urgency` (words), `category` (code or None),
            `organisation_id`, `contact_id` (id or None), `priority` (word, or None: by the matrix again) with
            `priority_reason`, and `fields` (values of further fields by key, as the API writes them, or `NewFile`).

    Raises:
        NotPermitted: `ticket.work` is missing.
        WrongValue: a value or a field's name is not known; the field is named.
        NotAllowedNow: the ticket is closed, somebody changed it since `version` (missing: `version`), or a module
            refuses.
    """
    actor.require(TICKET_WORK)
    catalogue()  # no module is asked while the database is held
    further = changes.pop("fields", None) or {}
    with write() as session:
        ticket = hold(session, ticket_id)
        if version is not None and version != ticket.version:
            raise NotAllowedNow(
                "Somebody changed the ticket in the meantime; look at it and change it again.", missing=("version",)
            )
        if not ticket.is_open:
            raise NotAllowedNow("The ticket is closed and stays as it is; open a new one that goes on from it.")
        before = _facts(ticket)
        reason = changes.pop("priority_reason", None)
        for field, value in changes.items():
            if field == "priority":
                continue
            setter = _SETTERS.get(field)
            if setter is None:
                raise WrongValue(field, "A ticket has no such field.")
            setter(session, ticket, value)
        _set_priority(ticket, changes, reason)
        covered = coverage(session, organisation_id=ticket.organisation_id, kind=ticket.kind, at=ticket.opened_at)
        ticket.contract_id, ticket.entitlement = covered.contract_id, covered.state.value
        after = _facts(ticket)
        changed = [field for field in before if before[field] != after[field]]
        change = _further(session, actor, ticket, further)
        if not changed and not change:
            return
        check_ticket(actor, ticket, change, changed=frozenset(changed))
        ticket.version += 1
        ticket.activity_at = now()
        told = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
        if change:
            set_fields(session, actor, ticket, change, told=told)
        else:
            record(session, actor, "ticket_updated", ticket=ticket, **told)


def _further(session: Session, actor: Actor, ticket: Ticket, given: Mapping[str, Any]) -> Change:
    if not given:
        return Change()
    known = catalogue()
    facts = Facts(ticket.kind, Priority(ticket.priority).word, ticket.organisation_id)
    stored = load(known, [ticket.id])[ticket.id]
    is_bound = actor.kind is ActorKind.STAFF
    return prepare(session, known, given, facts=facts, stored=stored, ticket_id=ticket.id, is_bound=is_bound)


def _set_priority(ticket: Ticket, changes: dict[str, Any], reason: str | None) -> None:
    matrix = priority_of(Kind(ticket.kind), Level(ticket.impact), Level(ticket.urgency))
    if changes.get("priority") is not None:
        try:
            wanted = Priority.from_word(str(changes["priority"]))
        except KeyError:
            known = ", ".join(priority.word for priority in Priority)
            raise WrongValue(
                "priority", "“%(word)s” is not known; use one of: %(known)s.", word=changes["priority"], known=known
            ) from None
        why = clean(reason or "")
        if wanted is not matrix and wanted.value != ticket.priority and not why:
            raise WrongValue("priority_reason", "Say why the priority differs from the system of priorities.")
        ticket.priority = int(wanted)
        ticket.priority_reason = None if wanted is matrix else (why[:500] or ticket.priority_reason)
    elif "priority" in changes or (ticket.priority_reason is None and {"kind", "impact", "urgency"} & set(changes)):
        ticket.priority, ticket.priority_reason = int(matrix), None


def _facts(ticket: Ticket) -> dict[str, Any]:
    names = (
        "subject", "kind", "impact", "urgency", "priority", "priority_reason", "category_id", "organisation_id",
        "contact_id", "entitlement",
    )  # fmt: skip
    return {name: getattr(ticket, name) for name in names}


def _set_subject(session: Session, ticket: Ticket, value: Any) -> None:  # noqa: ARG001
    subject = clean(str(value or "")).replace("\n", " ")
    if not subject:
        raise WrongValue("subject", "Say in a few words what it is about.")
    if len(subject) > MAX_SUBJECT:
        raise WrongValue("subject", "Use at most %(limit)s characters.", limit=MAX_SUBJECT)
    ticket.subject = subject


def _set_organisation(session: Session, ticket: Ticket, value: int | None) -> None:
    if value is not None and session.get(Organisation, value) is None:
        raise WrongValue("organisation", "There is no organisation %(id)s.", id=value)
    ticket.organisation_id = value


def _set_contact(session: Session, ticket: Ticket, value: int | None) -> None:
    if value is not None and session.get(Contact, value) is None:
        raise WrongValue("contact", "There is no contact %(id)s.", id=value)
    ticket.contact_id = value


def _set_category(session: Session, ticket: Ticket, value: str | None) -> None:
    ticket.category_id = category_id(session, value)


def _set_kind(session: Session, ticket: Ticket, value: str) -> None:  # noqa: ARG001
    ticket.kind = choice(Kind, value, "kind").value


def _set_impact(session: Session, ticket: Ticket, value: str) -> None:  # noqa: ARG001
    ticket.impact = choice(Level, value, "impact").value


def _set_urgency(session: Session, ticket: Ticket, value: str) -> None:  # noqa: ARG001
    ticket.urgency = choice(Level, value, "urgency").value


_SETTERS: dict[str, Callable[[Session, Ticket, Any], None]] = {
    "subject": _set_subject,
    "kind": _set_kind,
    "impact": _set_impact,
    "urgency": _set_urgency,
    "category": _set_category,
    "organisation_id": _set_organisation,
    "contact_id": _set_contact,
}
