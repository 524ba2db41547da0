# SPDX-License-Identifier: Apache-2.0
"""Register a request that came to a member of staff: who asks and for whom is found or made in the same act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select

from dialog_core.conversations import Said, clean
from dialog_core.database import write
from dialog_core.errors import WrongValue
from dialog_core.parties import find_or_create_organisation, resolve_contact
from dialog_core.parties.models import Contact
from dialog_core.staff import Actor
from dialog_core.staff.permissions import TICKET_OPEN
from dialog_core.tickets.opening import Request, open_ticket

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as far as staff know it: parties by id, or by what they are called.

    Attributes:
        contact_id: a known contact; then name, phone and e-mail are not read.
        organisation_id: a known organisation; then name and address are not read.
    """

    contact_id: int | None = None
    full_name: str = ""
    phone: str = ""
    email: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    organisation_address: str = ""


def register_request(actor: Actor, request: Request, asker: Asker) -> int:
    """Open a ticket for what somebody asked of staff, and return its id.

    A person and an organisation that are not known yet are made, in the same transaction: nobody is left behind when
    the request itself is refused. Parties of `request` itself are not read.

    Raises:
        NotPermitted: `ticket.open` is missing.
        WrongValue: a value cannot be accepted; a field of the asker is named as its attribute here.
    """
    actor.require(TICKET_OPEN)
    if not clean(request.said.text):
        raise WrongValue("description", "Say what it is about.")
    with write() as session:
        organisation_id = asker.organisation_id
        if organisation_id is None and asker.organisation_name.strip():
            organisation_id = _named(
                {"name": "organisation_name", "address": "organisation_address"},
                lambda: find_or_create_organisation(
                    session, actor, name=asker.organisation_name, address=asker.organisation_address
                ),
            )
        contact_id = asker.contact_id
        if contact_id is None and asker.full_name.strip():
            found = resolve_contact(
                session,
                actor,
                full_name=asker.full_name,
                phone=asker.phone.strip() or None,
                email=asker.email.strip() or None,
                organisation_id=organisation_id,
            )
            contact_id = found.id
        elif contact_id is None and (asker.phone.strip() or asker.email.strip()):
            raise WrongValue("full_name", "Say whose phone or e-mail this is.")
        name = None if contact_id is None else session.scalar(select(Contact.full_name).where(Contact.id == contact_id))
        author = (contact_id, name) if name is not None else (None, asker.full_name)
        said: Said = replace(request.said, author=author)
        return open_ticket(actor, replace(request, said=said, contact_id=contact_id, organisation_id=organisation_id))


def _named(names: dict[str, str], do: Callable[[], T]) -> T:
    """Let a refused value be named as the attribute of the asker that it came from."""
    try:
        return do()
    except WrongValue as error:
        raise WrongValue(names.get(error.field, error.field), error.message, **error.values) from None
