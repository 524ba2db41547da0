# SPDX-License-Identifier: Apache-2.0
"""Pages and places in the staff UI. The staff UI itself uses these hooks, like any module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint

from dialog_core.hookspecs.markers import HookKind, hookspec


class Audience(StrEnum):
    """Who may call the routes of a mount; checked before any view runs."""

    STAFF = "staff"
    """Signed-in staff; forms carry a CSRF token."""
    PUBLIC = "public"
    """Anybody; the view checks its own credentials (sign-in pages)."""
    MACHINE = "machine"
    """Other programs with credentials of their own (web hooks): public, and without CSRF tokens."""


@dataclass(frozen=True, slots=True)
class WebMount:
    """Routes that a module adds: a Flask blueprint named as the module, under `/<module name>/`."""

    blueprint: Blueprint
    audience: Audience = Audience.STAFF


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation rail.

    Attributes:
        title: `{"ru": …, "en": …}`.
        endpoint: Flask endpoint.
        icon: name of a Tabler icon.
        permission: what the reader must be allowed to, or None.
        order: position, smaller is higher.
        counter: key of a kept counter shown beside the title, or None.
    """

    title: dict[str, str]
    endpoint: str
    icon: str
    permission: str | None = None
    order: int = 100
    counter: str | None = None


@dataclass(frozen=True, slots=True)
class TicketPanel:
    """A panel beside a ticket, rendered from a template of the module.

    Attributes:
        name: unique within the module.
        title: `{"ru": …, "en": …}`.
        template: template name, prefixed with the module's name.
        values: what the template gets; JSON-like values only.
        order: position, smaller is higher.
    """

    name: str
    title: dict[str, str]
    template: str
    values: dict[str, object]
    order: int = 100


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.2)
def web_mounts() -> Iterable[WebMount]:
    """Add routes to the web application.

    Called: once when a web process starts, and at preflight.
    Process: web. Transaction: none.
    Return: the mounts; a blueprint that does not bear the module's name is left out and recorded.
    On error: the module has no pages in this process; the failure is recorded.
    """


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def navigation_items() -> Iterable[NavigationItem]:
    """Add entries to the navigation rail.

    Called: once when a web process starts, and at preflight; who sees an entry is decided per request by its
    permission.
    Process: web. Transaction: none.
    Return: the entries; one whose page does not exist in this process is left out.
    On error: the module's entries are left out.
    """


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.1)
def ticket_panels(ticket_id: int) -> Iterable[TicketPanel]:
    """Add panels beside a ticket.

    Called: when the page of a ticket is shown, permission to read it already checked. Process: web.
    Transaction: a read transaction may be open; write nothing.
    Return: the panels. A template is found when the module mounts a blueprint with a `template_folder`.
    On error: the module's panels are left out and the page says so.
    """
