# SPDX-License-Identifier: Apache-2.0
"""The fields that administrators make in the browser, brought by the same hook as those of any module."""

from __future__ import annotations

from collections.abc import Iterable

from dialog_core.fields import constructed_fields
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.fields import TicketField


@hookimpl
def ticket_fields() -> Iterable[TicketField]:
    """Return what is not archived."""
    return constructed_fields()
