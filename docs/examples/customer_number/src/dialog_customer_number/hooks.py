# SPDX-License-Identifier: Apache-2.0
"""What the module answers to the platform's hooks; the entry point names this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
from dialog_core.plugin import (
    ColumnValue,
    ConnectionResult,
    HealthCheck,
    Job,
    ListColumn,
    Refusal,
    TicketDraft,
    TicketEvent,
    TicketField,
    TicketPanel,
    WebMount,
    hookimpl,
)
from flask import Blueprint

from dialog_customer_number import (
    NAME,
    asking,
    following,
    refusing,
    showing,
    trying,
    verifying,
)
from dialog_customer_number.settings import Settings

_templates = Blueprint(NAME, __name__, template_folder="templates")


@hookimpl
def settings_schema() -> type[ma.Schema]:
    """Return the form of the module's page."""
    return Settings


@hookimpl
def check_settings(settings: Mapping[str, Any]) -> ConnectionResult:
    """Ask the directory for a number."""
    return trying.check(settings)


@hookimpl
def ticket_fields() -> Iterable[TicketField]:
    """Bring the customer number."""
    return asking.fields()


@hookimpl
def check_ticket(draft: TicketDraft) -> Refusal | None:
    """Refuse a number that is certainly wrong."""
    return refusing.check(draft)


@hookimpl
def ticket_event(event: TicketEvent) -> None:
    """Note a number that is to be verified."""
    following.follow(event)


@hookimpl
def jobs() -> Iterable[Job]:
    """Declare the job that asks the directory."""
    return [Job("verify", {"ru": "Проверить номера клиентов", "en": "Verify customer numbers"}, 10, verifying.verify)]


@hookimpl
def ticket_panels(ticket_id: int) -> Iterable[TicketPanel]:
    """Show what the directory said beside the ticket."""
    return showing.panels(ticket_id)


@hookimpl
def list_columns() -> Iterable[ListColumn]:
    """Add what the directory said to the list of tickets."""
    return [ListColumn(showing.COLUMN, showing.TITLE)]


@hookimpl
def list_column_values(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> Iterable[ColumnValue]:
    """Give what the directory said for a page."""
    return showing.column_values(ticket_ids) if showing.COLUMN in columns else ()


@hookimpl
def health_checks() -> Iterable[HealthCheck]:
    """Tell whether the directory answers."""
    return [HealthCheck("directory", {"ru": "Справочник", "en": "Directory"}, showing.look)]


@hookimpl
def web_mounts() -> Iterable[WebMount]:
    """Make the template of the panel known; there are no pages."""
    return [WebMount(_templates)]
