# SPDX-License-Identifier: Apache-2.0
"""People of a channel as contacts of the organisation that their chat is bound to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from dialog_core.conversations.models import Chat
from dialog_core.conversations.text import clean
from dialog_core.database import insert_new
from dialog_core.hookspecs.channels import PersonRef
from dialog_core.parties import ensure_identity
from dialog_core.parties.models import Membership
from dialog_core.staff.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: a contact as an actor, and the row of their identity in the channel (None: nobody can tell)."""

    actor: Actor
    identity_id: int | None


def known_person(session: Session, chat: Chat, person: PersonRef) -> Author:
    """Return a person of a chat, known from now on.

    Everybody in a bound group may open tickets (REGULATION.md: support is given to all users of the customer); the
    rights to confirm for others and to represent are given by staff.
    """
    known = ensure_identity(session, chat.channel, person.external_id, person.name)
    if chat.organisation_id is not None:
        insert_new(
            session, Membership, organisation_id=chat.organisation_id, contact_id=known.contact_id,
            may_open=True, may_confirm=False, may_represent=False,
        )  # fmt: skip
    name = clean(person.name)[:300] or person.external_id
    return Author(Actor(kind=ActorKind.CONTACT, id=known.contact_id, name=name, channel=chat.channel), known.id)
