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
    from dialog_core.tickets.acting import hold, perform
    from dialog_core.tickets.allowed import AllowedTransition, allowed_transitions
    from dialog_core.tickets.conversing import Added, add_entry
    from dialog_core.tickets.editing import update_ticket
    from dialog_core.tickets.executors import assign
    from dialog_core.tickets.intake import Completeness, completeness
    from dialog_core.tickets.merging import unmerge
    from dialog_core.tickets.opening import Request, open_ticket, subject_of
    from dialog_core.tickets.priority import priority_of
    from dialog_core.tickets.queries import (
        AttachmentView,
        CategoryView,
        ChatView,
        ContactView,
        ContractView,
        Counts,
        DeliveryView,
        EntryView,
        ExecutorView,
        LinkView,
        Named,
        OrganisationView,
        Page,
        Sort,
        TicketFilters,
        TicketRow,
        TicketView,
        Timeline,
        TimelineItem,
        category_choices,
        counts,
        entries,
        entry_by_id,
        staff_choices,
        team_choices,
        ticket_by_id,
        ticket_by_number,
        ticket_id_of,
        ticket_just_opened,
        ticket_list,
        timeline,
    )
    from dialog_core.tickets.registering import Asker, register_request
    from dialog_core.tickets.rights import customer_rights
    from dialog_core.tickets.search import index_entries, index_entry
    from dialog_core.tickets.silence import close_silent
    from dialog_core.tickets.state_counts import move_count
    from dialog_core.tickets.transitions import Act, Moved, transition
    from dialog_core.tickets.words import search_tokens, warm_up_search

_LAZY = {
    "Act": "transitions",
    "Added": "conversing",
    "AllowedTransition": "allowed",
    "Asker": "registering",
    "AttachmentView": "queries",
    "CategoryView": "queries",
    "ChatView": "queries",
    "Completeness": "intake",
    "ContactView": "queries",
    "ContractView": "queries",
    "Counts": "queries",
    "DeliveryView": "queries",
    "EntryView": "queries",
    "ExecutorView": "queries",
    "LinkView": "queries",
    "Moved": "transitions",
    "Named": "queries",
    "OrganisationView": "queries",
    "Page": "queries",
    "Request": "opening",
    "Sort": "queries",
    "TicketFilters": "queries",
    "TicketRow": "queries",
    "TicketView": "queries",
    "Timeline": "queries",
    "TimelineItem": "queries",
    "add_entry": "conversing",
    "allowed_transitions": "allowed",
    "assign": "executors",
    "category_choices": "queries",
    "close_silent": "silence",
    "completeness": "intake",
    "counts": "queries",
    "customer_rights": "rights",
    "entries": "queries",
    "entry_by_id": "queries",
    "hold": "acting",
    "index_entries": "search",
    "index_entry": "search",
    "move_count": "state_counts",
    "open_ticket": "opening",
    "perform": "acting",
    "priority_of": "priority",
    "register_request": "registering",
    "search_tokens": "words",
    "staff_choices": "queries",
    "subject_of": "opening",
    "team_choices": "queries",
    "ticket_by_id": "queries",
    "ticket_by_number": "queries",
    "ticket_id_of": "queries",
    "ticket_just_opened": "queries",
    "ticket_list": "queries",
    "timeline": "queries",
    "transition": "transitions",
    "unmerge": "merging",
    "update_ticket": "editing",
    "warm_up_search": "words",
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
    "Asker",
    "AttachmentView",
    "By",
    "CategoryView",
    "ChatView",
    "Completeness",
    "ContactView",
    "ContractView",
    "Counts",
    "DeliveryView",
    "EntryView",
    "ExecutorView",
    "Kind",
    "Level",
    "LinkView",
    "Moved",
    "Named",
    "Need",
    "NumberFormat",
    "OrganisationView",
    "Outcome",
    "Page",
    "Priority",
    "Request",
    "Sort",
    "State",
    "TicketFilters",
    "TicketRow",
    "TicketView",
    "Timeline",
    "TimelineItem",
    "Transition",
    "add_entry",
    "allowed_transitions",
    "assign",
    "category_choices",
    "close_silent",
    "completeness",
    "counts",
    "customer_rights",
    "entries",
    "entry_by_id",
    "hold",
    "index_entries",
    "index_entry",
    "move_count",
    "open_ticket",
    "path",
    "perform",
    "priority_of",
    "register_request",
    "rows_from",
    "search_tokens",
    "staff_choices",
    "subject_of",
    "team_choices",
    "ticket_by_id",
    "ticket_by_number",
    "ticket_id_of",
    "ticket_just_opened",
    "ticket_list",
    "timeline",
    "transition",
    "unmerge",
    "update_ticket",
    "warm_up_search",
]
