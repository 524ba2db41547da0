# SPDX-License-Identifier: Apache-2.0
"""What is refused at once: a wrong form, and a number of which the directory has said that it does not exist.

This runs inside of the change of a ticket, perhaps while a database is held for it: so it looks into the module's own
table and never asks over the network. A number that nobody has asked for yet is let through; `following` notes it, and
`verifying` asks.
"""

from __future__ import annotations

from dialog_core.plugin import Refusal, TicketDraft, mark, module_settings, now, read
from sqlalchemy import select

from dialog_customer_number import NAME
from dialog_customer_number.asking import FIELD, an_example, has_the_form
from dialog_customer_number.models import UNKNOWN, Verdict

_FORM = mark("A customer number looks like %(example)s.")
_UNKNOWN = mark("The directory does not know the customer number %(number)s.")
_KEY = f"fields.{FIELD}"


def check(draft: TicketDraft) -> Refusal | None:
    """Refuse a number that is certainly wrong, when it is what changes."""
    number = draft.fields.get(FIELD) if _KEY in draft.changed else None
    if not isinstance(number, str):
        return None
    if not has_the_form(number):
        return Refusal(_FORM, {"example": an_example()}, _KEY)
    if not module_settings(NAME)["refuses_unknown"]:
        return None
    wrong = select(Verdict.number).where(Verdict.number == number, Verdict.state == UNKNOWN, Verdict.expires_at > now())
    with read() as session:
        is_wrong = session.scalar(wrong) is not None
    return Refusal(_UNKNOWN, {"number": number}, _KEY) if is_wrong else None
