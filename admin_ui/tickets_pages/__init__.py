# SPDX-License-Identifier: Apache-2.0
"""Queues, the page of a ticket, new tickets, and live updates."""

from admin_ui.shell import add_counter
from admin_ui.tickets_pages import (
    acting,
    composing,
    deliveries,
    details,
    files,
    following,
    further,
    lookups,
    opening,
    queue,
    ticket,
)
from admin_ui.tickets_pages.blueprint import live, pages
from dialog_core.plugin import NavigationItem, WebMount

MOUNTS = (WebMount(pages), WebMount(live))
NAVIGATION = (
    NavigationItem({"ru": "Заявки", "en": "Tickets"}, "tickets.queue", "ticket", "ticket.read", 10, "tickets"),
)
add_counter("tickets", queue.unassigned)

__all__ = [
    "MOUNTS",
    "NAVIGATION",
    "acting",
    "composing",
    "deliveries",
    "details",
    "files",
    "following",
    "further",
    "lookups",
    "opening",
    "queue",
    "ticket",
]
