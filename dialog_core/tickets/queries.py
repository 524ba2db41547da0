# SPDX-License-Identifier: Apache-2.0
"""Everything that is read of tickets, in one place: lists, one ticket, its timeline, counts, choices."""

from __future__ import annotations

from dialog_core.tickets.filters import Sort, TicketFilters
from dialog_core.tickets.list_queries import Page, TicketRow, ticket_list
from dialog_core.tickets.overview import Counts, category_choices, counts, staff_choices, team_choices
from dialog_core.tickets.ticket_page import ticket_by_id, ticket_by_number, ticket_id_of, ticket_just_opened
from dialog_core.tickets.ticket_timeline import entries, entry_by_id, timeline
from dialog_core.tickets.views import (
    AttachmentView,
    CategoryView,
    ChatView,
    ContactView,
    ContractView,
    DeliveryView,
    EntryView,
    ExecutorView,
    LinkView,
    Named,
    OrganisationView,
    TicketView,
    Timeline,
    TimelineItem,
)

__all__ = [
    "AttachmentView",
    "CategoryView",
    "ChatView",
    "ContactView",
    "ContractView",
    "Counts",
    "DeliveryView",
    "EntryView",
    "ExecutorView",
    "LinkView",
    "Named",
    "OrganisationView",
    "Page",
    "Sort",
    "TicketFilters",
    "TicketRow",
    "TicketView",
    "Timeline",
    "TimelineItem",
    "category_choices",
    "counts",
    "entries",
    "entry_by_id",
    "staff_choices",
    "team_choices",
    "ticket_by_id",
    "ticket_by_number",
    "ticket_id_of",
    "ticket_just_opened",
    "ticket_list",
    "timeline",
]
