# SPDX-License-Identifier: Apache-2.0
"""Add an entry to a ticket without changing its state by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dialog_core.conversations import EntryKind, NewFile, Said, clean, tell_customer, write_entry
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.parties.models import Contact
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import TICKET_WORK
from dialog_core.tickets.acting import hold
from dialog_core.tickets.transitions import Act, transition
from dialog_core.tickets.vocabulary import State

ADDABLE = (EntryKind.NOTE, EntryKind.REPLY, EntryKind.MESSAGE)


@dataclass(frozen=True, slots=True)
class Added:
    """The entry, and the deliveries that carry it to the customer."""

    entry_id: int
    delivery_ids: tuple[int, ...] = ()


def add_entry(
    actor: Actor,
    ticket_id: int,
    *,
    kind: str,
    text: str,
    files: Sequence[NewFile] = (),
    contact_id: int | None = None,
    delivered_by: str | None = None,
) -> Added:
    """Add a note (internal), a reply (to the customer) or a message (what a customer said, registered by staff).

    A message on a ticket that waits for the customer takes the work up again.

    Raises:
        NotPermitted: `ticket.work` is missing.
        WrongValue: the kind is not one of these, the text is empty, or the contact does not exist.
        NotAllowedNow: the ticket is closed and the entry is not a note.
    """
    actor.require(TICKET_WORK)
    if kind not in ADDABLE:
        known = ", ".join(ADDABLE)
        raise WrongValue("kind", "“%(word)s” is not known; use one of: %(known)s.", word=kind, known=known)
    if not clean(text) and not files:
        raise WrongValue("text", "Write something.")
    with write() as session:
        ticket = hold(session, ticket_id)
        if not ticket.is_open and kind != EntryKind.NOTE:
            raise NotAllowedNow("The ticket is closed and stays as it is; open a new one that goes on from it.")
        author = None
        if kind == EntryKind.MESSAGE:
            who = contact_id or ticket.contact_id
            name = None if who is None else session.scalar(select(Contact.full_name).where(Contact.id == who))
            if who is not None and name is None:
                raise WrongValue("contact", "There is no contact %(id)s.", id=who)
            author = (who, name or "")
        said = Said(text=text, files=tuple(files), author=author, delivered_by=delivered_by)
        if kind == EntryKind.MESSAGE and ticket.state == State.WAITING_CUSTOMER.value:
            moved = transition(actor, ticket.id, "receive_information", Act(contact_id=contact_id, said=said))
            return Added(moved.entry_id or 0)
        entry_id = write_entry(session, actor, ticket, EntryKind(kind), said)
        delivered = tell_customer(session, ticket, entry_id) if kind == EntryKind.REPLY and not delivered_by else ()
        return Added(entry_id, delivered)
