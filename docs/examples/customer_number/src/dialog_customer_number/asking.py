# SPDX-License-Identifier: Apache-2.0
"""The field of tickets and its form; the platform shows, stores, filters and exports it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialog_core.plugin import FieldType, TicketField, module_settings

from dialog_customer_number import NAME

FIELD = f"{NAME}_given"


def fields() -> Iterable[TicketField]:
    """Return the field; its help shows the form that the settings want, live on the next request."""
    example = an_example()
    return [
        TicketField(
            key=FIELD,
            type=FieldType.TEXT,
            title={"ru": "Номер клиента", "en": "Customer number"},
            help={"ru": f"Например, {example}.", "en": f"For example {example}."},
            in_list=True,
        )
    ]


def has_the_form(number: str) -> bool:
    """Tell whether a number is written as the settings want it; this needs nobody's answer."""
    settings = module_settings(NAME)
    form = re.escape(settings["prefix"]) + f"[0-9]{{{settings['digits']}}}"
    return re.fullmatch(form, number) is not None


def an_example() -> str:
    """Return a number that has the form."""
    settings = module_settings(NAME)
    return str(settings["prefix"]) + "1234567890"[: settings["digits"]].ljust(settings["digits"], "0")
