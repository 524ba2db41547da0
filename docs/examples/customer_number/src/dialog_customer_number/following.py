# SPDX-License-Identifier: Apache-2.0
"""After a ticket was changed: note a number that nobody has an answer for, so that the job asks."""

from __future__ import annotations

from dialog_core.plugin import TicketEvent, insert_new, write
from sqlalchemy import update

from dialog_customer_number.asking import FIELD, has_the_form
from dialog_customer_number.models import WAITING, Verdict


def follow(event: TicketEvent) -> None:
    """Note the number; an event that is told twice changes nothing the second time."""
    after = event.data.get("after")
    number = after.get(f"field.{FIELD}") if event.kind == "ticket_updated" and isinstance(after, dict) else None
    if not isinstance(number, str) or not has_the_form(number):
        return
    waits = {"state": WAITING, "customer": "", "due_at": event.at, "attempts": 0, "problem": ""}
    with write() as session:
        if insert_new(session, Verdict, number=number, **waits):
            return
        has_expired = (Verdict.number == number, Verdict.expires_at <= event.at)
        session.execute(
            update(Verdict)
            .where(*has_expired)
            .values(**waits, checked_at=None, expires_at=None)
            .execution_options(synchronize_session=False)
        )
