# SPDX-License-Identifier: Apache-2.0
"""What administrators see of fields: every one of the constructor, who else brings some, and how much each is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.fields.catalogues import CONSTRUCTOR, catalogue
from dialog_core.fields.documents import from_document
from dialog_core.fields.models import FieldDefinition, FieldValue
from dialog_core.hookspecs.fields import TicketField
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import FIELD_MANAGE, TICKET_READ


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the constructor; `uses` is the number of tickets that have a value."""

    field: TicketField
    version: int
    is_archived: bool
    uses: int


@dataclass(frozen=True, slots=True)
class ModuleField:
    """A field that a module brings."""

    field: TicketField
    module: str
    uses: int


def list_fields(actor: Actor) -> tuple[tuple[FieldRow, ...], tuple[ModuleField, ...]]:
    """Return the constructor's fields, those in use first and each in its place, and the fields of modules.

    Raises:
        NotPermitted: `field.manage` is missing.
    """
    actor.require(FIELD_MANAGE)
    uses = _uses()
    rows = db.session.execute(
        select(FieldDefinition).order_by(FieldDefinition.is_archived, FieldDefinition.position, FieldDefinition.id)
    ).scalars()
    own = tuple(_row(row, uses.get(row.key, 0)) for row in rows)
    known = catalogue()
    return own, tuple(
        ModuleField(one, known.owners[key], uses.get(key, 0))
        for key, one in known.fields.items()
        if known.owners[key] != CONSTRUCTOR
    )


def get_field(actor: Actor, key: str) -> FieldRow:
    """Return one field of the constructor.

    Raises:
        NotPermitted: `field.manage` is missing.
        NotFound: there is none.
    """
    actor.require(FIELD_MANAGE)
    row = db.session.scalar(select(FieldDefinition).where(FieldDefinition.key == key))
    if row is None:
        raise NotFound("There is no field “%(key)s”.", key=key)
    return _row(row, _uses(key).get(key, 0))


def option_uses(actor: Actor, key: str) -> Mapping[str, int]:
    """Return how many tickets have each option of a field, by code; errors as of `get_field`."""
    actor.require(FIELD_MANAGE)
    rows = db.session.execute(
        select(FieldValue.option, func.count())
        .where(FieldValue.field == key, FieldValue.option.is_not(None))
        .group_by(FieldValue.option)
    )
    return {str(row[0]): int(row[1]) for row in rows}


def ticket_fields(actor: Actor) -> tuple[TicketField, ...]:
    """Return the fields that tickets have now, whoever brings them, in their order.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    return tuple(catalogue().fields.values())


def _row(row: FieldDefinition, uses: int) -> FieldRow:
    field = from_document(row.key, row.type, row.position, row.document)
    return FieldRow(field, row.version, row.is_archived, uses)


def _uses(key: str | None = None) -> dict[str, int]:
    statement = select(FieldValue.field, func.count()).where(FieldValue.place == 0).group_by(FieldValue.field)
    if key is not None:
        statement = statement.where(FieldValue.field == key)
    return {str(row[0]): int(row[1]) for row in db.session.execute(statement)}
