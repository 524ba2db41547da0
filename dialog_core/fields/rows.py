# SPDX-License-Identifier: Apache-2.0
"""Values as rows of the table: written per field, read for many tickets in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dialog_core.conversations.models import Attachment
from dialog_core.database import db
from dialog_core.fields.catalogues import Catalogue
from dialog_core.fields.models import FieldValue
from dialog_core.fields.values import PLACES, File, Money, Person, Value, folded
from dialog_core.hookspecs.fields import FieldType, PeopleOf, TicketField
from dialog_core.parties.models import Contact
from dialog_core.staff.models import Staff

_SCALE = Decimal(10**PLACES)
_TYPED = ("text", "text_key", "number", "unit", "day", "option", "staff_id", "contact_id", "attachment_id")
_COLUMNS: tuple[Any, ...] = (
    FieldValue.ticket_id, FieldValue.field, FieldValue.text, FieldValue.number, FieldValue.unit, FieldValue.day,
    FieldValue.option, FieldValue.staff_id, FieldValue.contact_id, FieldValue.attachment_id,
    Staff.name.label("staff_name"), Contact.full_name.label("contact_name"), Attachment.name.label("file_name"),
)  # fmt: skip


def scaled(value: Decimal) -> int:
    """Return a decimal as the whole number that stands for it in the table."""
    return int(value * _SCALE)


def load(catalogue: Catalogue, ticket_ids: Sequence[int], keys: Iterable[str] | None = None) -> dict[int, Any]:
    """Return the values of tickets by id and key, in one statement; in none when there are no fields to read.

    What is stored of a field that is not in the catalogue (archived, or its module is off) stays and is not read.
    """
    wanted = list(catalogue.fields) if keys is None else [key for key in keys if key in catalogue.fields]
    found: dict[int, dict[str, Any]] = {ticket_id: {} for ticket_id in ticket_ids}
    if not wanted or not found:
        return found
    statement = (
        select(*_COLUMNS)
        .outerjoin(Staff, Staff.id == FieldValue.staff_id)
        .outerjoin(Contact, Contact.id == FieldValue.contact_id)
        .outerjoin(Attachment, Attachment.id == FieldValue.attachment_id)
        .where(FieldValue.ticket_id.in_(found), FieldValue.field.in_(wanted))
        .order_by(FieldValue.ticket_id, FieldValue.field, FieldValue.place)
    )
    for row in db.session.execute(statement):
        field = catalogue.fields[row.field]
        value = _value(field, row)
        if value is None:
            continue
        mine = found[row.ticket_id]
        mine[row.field] = (*mine.get(row.field, ()), value) if field.type is FieldType.MULTI_CHOICE else value
    return found


def _value(field: TicketField, row: Any) -> Value | None:
    match field.type:
        case FieldType.TEXT:
            return row.text  # type: ignore[no-any-return]
        case FieldType.NUMBER:
            return None if row.number is None else Decimal(row.number) / _SCALE
        case FieldType.MONEY:
            return (
                None
                if row.number is None
                else Money((Decimal(row.number) / _SCALE).quantize(Decimal("0.01")), row.unit)
            )
        case FieldType.DATE:
            return row.day  # type: ignore[no-any-return]
        case FieldType.PERSON:
            person_id, name = (row.staff_id, row.staff_name) if row.staff_id else (row.contact_id, row.contact_name)
            return None if person_id is None else Person(person_id, name or "")
        case FieldType.FILE:
            return None if row.attachment_id is None else File(row.attachment_id, row.file_name or "")
    return row.option  # type: ignore[no-any-return]


def replace(
    session: Session, ticket_id: int, changed: Sequence[tuple[TicketField, Value | None]], *, is_new: bool
) -> None:
    """Write values in the open transaction: what stood there is taken away; a new ticket has nothing yet."""
    if not is_new:
        keys = [field.key for field, _ in changed]
        session.execute(delete(FieldValue).where(FieldValue.ticket_id == ticket_id, FieldValue.field.in_(keys)))
    rows = [
        {"ticket_id": ticket_id, "field": field.key, "place": place, **dict.fromkeys(_TYPED), **columns}
        for field, value in changed
        for place, columns in enumerate(_columns(field, value))
    ]
    if rows:
        session.execute(insert(FieldValue), rows)


def _columns(field: TicketField, value: Value | None) -> list[dict[str, Any]]:
    match value:
        case None:
            return []
        case Money():
            return [{"number": scaled(value.amount), "unit": value.currency}]
        case Decimal():
            return [{"number": scaled(value)}]
        case date():
            return [{"day": value}]
        case tuple():
            return [{"option": code} for code in value]
        case Person():
            return [{"staff_id" if field.people is PeopleOf.STAFF else "contact_id": value.id}]
        case File():
            return [{"attachment_id": value.id}]
    if field.type is FieldType.TEXT:
        return [{"text": value, "text_key": folded(value)}]
    return [{"option": value}]
