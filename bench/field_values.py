# SPDX-License-Identifier: Apache-2.0
"""Twenty further fields and values of them in every ticket of a database of the measurements."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from dialog_core import fields, staff
from dialog_core.database import db, write
from dialog_core.demo.bulk import insert_rows
from dialog_core.fields.models import FieldValue
from dialog_core.hookspecs.fields import FieldOption, FieldType, TicketField
from dialog_core.tickets import TicketFilters
from dialog_core.tickets.models import Ticket

KINDS = (FieldType.TEXT, FieldType.NUMBER, FieldType.DATE, FieldType.CHOICE, FieldType.PERSON)
COUNT = 20
OPTIONS = tuple(FieldOption(f"o{n}", {"ru": f"Вариант {n}", "en": f"Option {n}"}) for n in range(50))
PART = 5_000


def add_field_values() -> None:
    """Make the fields and fill them in, unless they are there."""
    system = staff.system_actor()
    if any(field.key == "custom_bench0" for field in fields.ticket_fields(system)):
        return
    for place in range(COUNT):
        kind, title = KINDS[place % len(KINDS)], {"ru": f"Поле {place}", "en": f"Field {place}"}
        options = OPTIONS if kind is FieldType.CHOICE else ()
        fields.create_field(system, TicketField(f"custom_bench{place}", kind, title, options=options))
    person = db.session.scalar(select(Ticket.responsible_id).where(Ticket.responsible_id.is_not(None)).limit(1))
    ids = list(db.session.scalars(select(Ticket.id).order_by(Ticket.id)))
    empty = dict.fromkeys(("text", "text_key", "number", "unit", "day", "option", "staff_id"))
    for start in range(0, len(ids), PART):
        rows = []
        for ticket_id in ids[start : start + PART]:
            for place in range(COUNT):
                values = {
                    "text": f"Кабинет {ticket_id % 997}", "text_key": f"кабинет {ticket_id % 997}"
                } if place % 5 == 0 else (
                    {"number": ticket_id % 1000 * 10**6},
                    {"day": date(2026, 1, 1) + timedelta(ticket_id % 365)},
                    # Nine tickets of ten have the same option; the others are rare.
                    {"option": "o0" if ticket_id % 10 else f"o{1 + ticket_id % 49}"},
                    {"staff_id": person},
                )[place % 5 - 1]  # fmt: skip
                rows.append({"ticket_id": ticket_id, "field": f"custom_bench{place}", "place": 0, **empty, **values})
        with write() as session:
            insert_rows(session, FieldValue, rows)


def field_filters() -> list[tuple[str, TicketFilters]]:
    """Return the lists that are filtered by further fields."""
    wanted = (
        ("field: a frequent option", {"custom_bench3": "o0"}),
        ("field: a rare option", {"custom_bench3": "o11"}),
        ("field: text equals", {"custom_bench0": "кабинет 12"}),
        ("field: text contains", {"custom_bench0": "~99"}),
        ("field: number range", {"custom_bench1": "100..110"}),
        ("field: date range", {"custom_bench2": "2026-03-01..2026-03-07"}),
        ("field: everybody's person", {"custom_bench4": str(_person())}),
        ("field: two of them, open", {"custom_bench3": "o0", "custom_bench1": "100..200"}),
    )
    return [
        (
            name,
            TicketFilters(
                is_open=True if "open" in name else None, fields=fields.read_filters(fields.catalogue(), given)
            ),
        )
        for name, given in wanted
    ]


def _person() -> int:
    return db.session.scalar(select(FieldValue.staff_id).where(FieldValue.staff_id.is_not(None)).limit(1)) or 1
