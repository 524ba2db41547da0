# SPDX-License-Identifier: Apache-2.0
"""What a contact may do with a ticket of its organisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.parties.models import Membership
from dialog_core.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class CustomerRights:
    """Rights of one contact towards one ticket."""

    is_concerned: bool
    may_confirm: bool
    may_represent: bool


def customer_rights(session: Session, ticket: Ticket, contact_id: int | None) -> CustomerRights:
    """Return the rights of a contact.

    Who made the request may confirm its solution. Others of the organisation need the right to confirm, and closing
    needs the right to represent. A person without an organisation represents themself.
    """
    if contact_id is None:
        return CustomerRights(is_concerned=False, may_confirm=False, may_represent=False)
    is_requester = ticket.contact_id == contact_id
    if ticket.organisation_id is None:
        return CustomerRights(is_requester, is_requester, is_requester)
    row = session.execute(
        select(Membership.may_confirm, Membership.may_represent).where(
            Membership.organisation_id == ticket.organisation_id, Membership.contact_id == contact_id
        )
    ).first()
    return CustomerRights(
        is_concerned=is_requester or row is not None,
        may_confirm=is_requester or (row is not None and (row.may_confirm or row.may_represent)),
        may_represent=row is not None and row.may_represent,
    )
