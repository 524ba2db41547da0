# SPDX-License-Identifier: Apache-2.0
"""Tickets: one request, one number, one lifecycle.

Operations are loaded when they are first asked for: tables of other rooms import this room's tables, and must not
pull the operations in with them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dialog_core.tickets.numbers import NumberFormat
from dialog_core.tickets.vocabulary import OPEN_STATES, Kind, Level, Outcome, Priority, State
from dialog_core.tickets.workflow import BY_NAME, TABLE, By, Need, Transition, path, rows_from

if TYPE_CHECKING:
    from dialog_core.tickets.allowed import AllowedTransition, allowed_transitions
    from dialog_core.tickets.conversing import Added, add_entry
    from dialog_core.tickets.editing import update_ticket
    from dialog_core.tickets.executors import assign
    from dialog_core.tickets.intake import Completeness, completeness
    from dialog_core.tickets.merging import unmerge
    from dialog_core.tickets.opening import Request, open_ticket
    from dialog_core.tickets.transitions import Act, Moved, transition

_LAZY = {
    "Act": "transitions",
    "Added": "conversing",
    "AllowedTransition": "allowed",
    "Completeness": "intake",
    "Moved": "transitions",
    "Request": "opening",
    "add_entry": "conversing",
    "allowed_transitions": "allowed",
    "assign": "executors",
    "completeness": "intake",
    "open_ticket": "opening",
    "transition": "transitions",
    "unmerge": "merging",
    "update_ticket": "editing",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)


__all__ = [
    "BY_NAME",
    "OPEN_STATES",
    "TABLE",
    "Act",
    "Added",
    "AllowedTransition",
    "By",
    "Completeness",
    "Kind",
    "Level",
    "Moved",
    "Need",
    "NumberFormat",
    "Outcome",
    "Priority",
    "Request",
    "State",
    "Transition",
    "add_entry",
    "allowed_transitions",
    "assign",
    "completeness",
    "open_ticket",
    "path",
    "rows_from",
    "transition",
    "unmerge",
    "update_ticket",
]
