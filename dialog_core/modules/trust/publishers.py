# SPDX-License-Identifier: Apache-2.0
"""Publishers whose signatures an administrator trusts. Taking one away never switches anything off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotFound, WrongValue
from dialog_core.events import record
from dialog_core.modules.models import TrustedPublisher
from dialog_core.modules.trust.confirming import Confirmation, require_confirmation
from dialog_core.modules.trust.signing import key_id, public_text, read_public_key
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class PublisherView:
    """A trusted publisher; `key_id` is the fingerprint of the key, SHA-256 in hex."""

    key_id: str
    name: str
    public_key: str
    added_by: str
    added_at: datetime


def list_publishers(actor: Actor) -> list[PublisherView]:
    """Return the trusted publishers, by name."""
    actor.require(MODULE_MANAGE)
    columns = (
        TrustedPublisher.key_id, TrustedPublisher.name, TrustedPublisher.public_key,
        TrustedPublisher.added_by, TrustedPublisher.added_at,
    )  # fmt: skip
    with db.engine.connect() as connection:
        return [PublisherView(*row) for row in connection.execute(select(*columns).order_by(TrustedPublisher.name))]


def add_publisher(actor: Actor, *, name: str, public_key: str, confirmation: Confirmation | None = None) -> str:
    """Trust a publisher from now on, and return the fingerprint of its key.

    Raises:
        WrongValue: field `name` or `public_key`; or `password`, the step was not confirmed.
    """
    actor.require(MODULE_MANAGE)
    shown = " ".join(name.split())
    if not 0 < len(shown) <= LONGEST_NAME or not shown.isprintable():
        raise WrongValue("name", "Enter a name of 1 to %(limit)s characters.", limit=LONGEST_NAME)
    text = public_text(read_public_key(public_key))
    require_confirmation(actor, confirmation)
    fingerprint = key_id(text)
    with write() as session:
        known = session.scalar(select(TrustedPublisher.name).where(TrustedPublisher.key_id == fingerprint))
        if known is not None:
            raise WrongValue("public_key", "This key is trusted already, as “%(name)s”.", name=known)
        if session.scalar(select(TrustedPublisher.key_id).where(TrustedPublisher.name == shown)) is not None:
            raise WrongValue("name", "There is a publisher of this name already.")
        session.add(
            TrustedPublisher(key_id=fingerprint, name=shown, public_key=text, added_by=actor.name[:300], added_at=now())
        )
        session.flush()
        record(session, actor, "publisher_trusted", name=shown, key=fingerprint)
    return fingerprint


def remove_publisher(actor: Actor, *, key: str) -> None:
    """Trust a publisher no longer; what it has signed and is installed goes on as it is.

    Raises:
        NotFound: no trusted publisher has this key.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        name = session.scalar(select(TrustedPublisher.name).where(TrustedPublisher.key_id == key))
        if name is None:
            raise NotFound("There is no such publisher.")
        session.execute(delete(TrustedPublisher).where(TrustedPublisher.key_id == key))
        record(session, actor, "publisher_distrusted", name=name, key=key)
