# SPDX-License-Identifier: Apache-2.0
"""Write an event into the stream, in the transaction of the change that it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, cast, func, insert, literal
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from dialog_core.clock import now
from dialog_core.database import Base
from dialog_core.events.chain import link_digest, new_salt, payload_digest
from dialog_core.events.models import Event
from dialog_core.staff.actor import Actor

if TYPE_CHECKING:
    from dialog_core.tickets.models import Ticket


_TRANSACTION = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
_INSERT = insert(Base.metadata.tables[Event.__tablename__]).values(transaction=0)
_INSERT_POSTGRESQL = insert(Base.metadata.tables[Event.__tablename__]).values(transaction=_TRANSACTION)


def record(session: Session, actor: Actor, kind: str, *, ticket: Ticket | None = None, **data: Any) -> None:
    """Record what happened; `data` holds JSON values.

    With a ticket the event becomes the next link of its journal; the caller holds the ticket's row (it is being
    changed or was read for update in this transaction).
    """
    at = now()
    salt = new_salt()
    payload = payload_digest(salt, actor.name, data)
    position = None if ticket is None else ticket.event_count + 1
    digest = link_digest(
        "" if ticket is None else ticket.event_digest, position or 0, kind, at, actor.kind.value, actor.id, payload
    )
    if ticket is not None:
        ticket.event_count += 1
        ticket.event_digest = digest
    statement = _INSERT if session.get_bind().dialect.name == "sqlite" else _INSERT_POSTGRESQL
    # Straight to the table: an event is written with every change, and the unit of work would cost more than the row.
    session.connection().execute(
        statement,
        {
            "kind": kind,
            "at": at,
            "ticket_id": None if ticket is None else ticket.id,
            "position": position,
            "actor_kind": actor.kind.value,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "channel": actor.channel,
            "data": data,
            "salt": salt,
            "payload_digest": payload,
            "digest": digest,
        },
    )


def transaction_id(session: Session) -> ColumnElement[int]:
    """Return the SQL expression of the stream's first sort key: PostgreSQL's transaction id, 0 on SQLite."""
    return _TRANSACTION if session.get_bind().dialect.name == "postgresql" else literal(0)
