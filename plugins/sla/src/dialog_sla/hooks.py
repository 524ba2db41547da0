# SPDX-License-Identifier: Apache-2.0
"""The module's answers to the platform's hooks; the entry point names this file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import marshmallow as ma
from flask import Blueprint

from dialog_core.plugin import (
    ColumnValue,
    CustomerNotice,
    Health,
    HealthCheck,
    HealthContext,
    Job,
    ListColumn,
    ModuleApi,
    Permission,
    Refusal,
    TicketDraft,
    TicketEvent,
    TicketPanel,
    TransitionAsked,
    WebMount,
    hookimpl,
    mark,
    now,
    staff,
)
from dialog_sla import NAME, showing
from dialog_sla.calendar import NoWorkingTime
from dialog_sla.following import follow
from dialog_sla.guarding import check_kind, check_question
from dialog_sla.resources import api
from dialog_sla.settings import SlaSettings, policy
from dialog_sla.telling import with_deadline
from dialog_sla.work import Adoption, recompute, watch

READ = "sla.read"
FAR = timedelta(days=30)
_templates = Blueprint(NAME, __name__, template_folder="templates")
_adopt = Adoption()


@hookimpl
def ticket_event(event: TicketEvent) -> None:
    """Let the clock follow the ticket."""
    follow(event)


@hookimpl
def check_ticket(draft: TicketDraft) -> Refusal | None:
    """Keep the kind of an overdue ticket, when that is set."""
    return check_kind(draft)


@hookimpl
def check_transition(asked: TransitionAsked) -> Refusal | None:
    """Limit how often a question stops the clock, when that is set."""
    return check_question(asked)


@hookimpl
def customer_notice(text: str, notice: CustomerNotice) -> str:
    """Add the deadline to the registration number, when that is set."""
    return with_deadline(text, notice)


@hookimpl
def list_columns() -> Iterable[ListColumn]:
    """Add the deadline to the list of tickets."""
    return [ListColumn(showing.COLUMN, showing.TITLE, permission=READ)]


@hookimpl
def list_column_values(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> Iterable[ColumnValue]:
    """Give the deadlines of a page."""
    return showing.column_values(ticket_ids) if showing.COLUMN in columns else ()


@hookimpl
def ticket_panels(ticket_id: int) -> Iterable[TicketPanel]:
    """Add the deadline to a ticket's page."""
    panel = showing.panel(ticket_id) if staff.current_actor().may(READ) else None
    return [panel] if panel is not None else []


@hookimpl
def api_blueprints() -> Iterable[ModuleApi]:
    """Add the deadline to the API."""
    return [api]


@hookimpl
def permissions() -> Iterable[Permission]:
    """Let all staff see deadlines."""
    title = {"ru": "Видеть сроки решения", "en": "See solution deadlines"}
    return [Permission(READ, title, ("supervisor", "specialist", "engineer", "tester"))]


@hookimpl
def settings_schema() -> type[ma.Schema]:
    """Return the calendar and the goals."""
    return SlaSettings


@hookimpl
def jobs() -> Iterable[Job]:
    """Mark what is overdue, follow changed settings, take in older tickets."""
    return [
        Job("watch", {"ru": "Отметить просроченное", "en": "Mark what is overdue"}, 15, watch),
        Job("recompute", {"ru": "Пересчитать сроки", "en": "Compute deadlines anew"}, 15, recompute),
        Job("adopt", {"ru": "Учесть прежние заявки", "en": "Take in earlier tickets"}, 600, _adopt),
    ]


@hookimpl
def health_checks() -> Iterable[HealthCheck]:
    """Tell when the calendar has no working time ahead."""
    return [HealthCheck("calendar", {"ru": "Рабочий календарь", "en": "Business calendar"}, _look, every=3600)]


@hookimpl
def web_mounts() -> Iterable[WebMount]:
    """Make the template of the panel known; there are no pages."""
    return [WebMount(_templates)]


def _look(context: HealthContext) -> Health:
    try:
        following = policy(context.settings).calendar.due(now(), 1)
    except NoWorkingTime:
        return Health(is_ok=False, text=mark("The calendar has no working time at all"))
    if following - now() > FAR:
        return Health(is_ok=False, text=mark("There is no working time within 30 days"))
    return Health(is_ok=True, text=mark("There is working time ahead"))
