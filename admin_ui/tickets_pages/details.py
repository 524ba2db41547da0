# SPDX-License-Identifier: Apache-2.0
"""What a ticket says about itself, and who works on it; nobody's change is overwritten unseen."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, is_partial
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.answers import done, refused
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.refusals import changed_meanwhile, refusal
from dialog_core.plugin import DialogError, NotAllowedNow, NotPermitted, WrongValue, staff, tickets

_FIELDS = {"organisation_id": "organisation", "contact_id": "contact"}


@pages.get("/tickets/<number>/subject")
def subject_form(number: str) -> ResponseReturnValue:
    """Show the subject as an input."""
    actor = staff.current_actor()
    actor.require("ticket.work")
    view = tickets.ticket_by_number(actor, number)
    return _subject(view, Entries.holding({"subject": view.subject, "version": view.version}))


@pages.post("/tickets/<number>/subject")
def save_subject(number: str) -> ResponseReturnValue:
    """Change the subject."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    try:
        tickets.update_ticket(actor, ticket_id, version=_version(), subject=request.form.get("subject", ""))
    except NotPermitted:
        raise
    except DialogError as error:
        entries = Entries.of_request().refuse(error)
        if entries.errors.get(""):
            entries.errors["subject"] = refusal(error)
        view = tickets.ticket_by_number(actor, number)
        if _is_conflict(error):
            entries.values["version"] = view.version
            entries.errors["subject"] = gettext(
                "Somebody changed the ticket meanwhile; its subject is now “%(subject)s”. "
                "Save again to put yours there.",
                subject=view.subject,
            )
        return refused(_subject(view, entries))
    return done(number)


@pages.get("/tickets/<number>/details")
def details_form(number: str) -> ResponseReturnValue:
    """Show the form of the details."""
    actor = staff.current_actor()
    actor.require("ticket.work")
    view = tickets.ticket_by_number(actor, number)
    return _details(actor, view, Entries.holding(_stored(view)), {})


@pages.post("/tickets/<number>/details")
def save_details(number: str) -> ResponseReturnValue:
    """Change the details; on a conflict both are shown."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    entries = Entries.of_request()
    try:
        tickets.update_ticket(actor, ticket_id, version=_version(), **_changes(entries.values))
    except NotPermitted:
        raise
    except DialogError as error:
        view = tickets.ticket_by_number(actor, number)
        now_there: dict[str, str] = {}
        if _is_conflict(error):
            entries.values["version"] = view.version
            now_there = _differences(entries.values, view)
            entries.errors[""] = changed_meanwhile()
        else:
            field = error.field if isinstance(error, WrongValue) else ""
            entries.errors[_FIELDS.get(field, field)] = refusal(error)
        return refused(_details(actor, view, entries, now_there))
    return done(number, gettext("The details have been saved."))


@pages.get("/tickets/<number>/executors")
def executors_form(number: str) -> ResponseReturnValue:
    """Show who works on the ticket, to be changed."""
    actor = staff.current_actor()
    actor.require("ticket.assign")
    view = tickets.ticket_by_number(actor, number)
    return _executors(actor, view, Entries(), _present(view))


@pages.post("/tickets/<number>/executors")
def save_executors(number: str) -> ResponseReturnValue:
    """Set who works on the ticket."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    form = request.form
    chosen = {"responsible": _ids(form.getlist("responsible")), "people": _ids(form.getlist("people"))}
    chosen["teams"] = _ids(form.getlist("teams"))
    try:
        tickets.assign(
            actor,
            ticket_id,
            responsible_id=next(iter(chosen["responsible"]), None),
            executor_ids=chosen["people"],
            team_ids=chosen["teams"],
        )
    except NotPermitted:
        raise
    except DialogError as error:
        entries = Entries(errors={"": refusal(error)})
        return refused(_executors(actor, tickets.ticket_by_number(actor, number), entries, chosen))
    return done(number, gettext("The executors have been saved."))


@pages.post("/tickets/<number>/take")
def take(number: str) -> ResponseReturnValue:
    """Become the responsible executor; further executors stay."""
    actor = staff.current_actor()
    view = tickets.ticket_by_number(actor, number)
    present = _present(view)
    try:
        tickets.assign(
            actor, view.id, responsible_id=actor.id, executor_ids=present["people"], team_ids=present["teams"]
        )
    except NotAllowedNow as error:
        return done(number, refusal(error), kind="error")
    return done(number, gettext("You are responsible for this ticket now."))


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _is_conflict(error: DialogError) -> bool:
    return isinstance(error, NotAllowedNow) and "version" in error.missing


def _stored(view: tickets.TicketView) -> dict[str, Any]:
    organisation, contact = view.organisation, view.contact
    return {
        "kind": view.kind,
        "category": view.category.code if view.category else "",
        "impact": view.impact,
        "urgency": view.urgency,
        "priority": words.priority_word(view.priority) if view.priority_reason else "",
        "priority_reason": view.priority_reason or "",
        "organisation_id": organisation.id if organisation else "",
        "organisation_text": organisation.name if organisation else "",
        "contact_id": contact.id if contact else "",
        "contact_text": contact.full_name if contact else "",
        "version": view.version,
    }


def _changes(values: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: values.get(name, "") for name in ("kind", "impact", "urgency")}
    changes["category"] = values.get("category") or None
    for name in ("organisation_id", "contact_id"):
        text = values.get(name, "")
        changes[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    changes["priority"] = values.get("priority") or None
    changes["priority_reason"] = values.get("priority_reason", "")
    return changes


def _differences(values: dict[str, Any], view: tickets.TicketView) -> dict[str, str]:
    """Return what stands in the ticket now, in words, where it is not what was typed."""
    now = _stored(view)
    shown = {
        "kind": str(words.KINDS.get(view.kind, view.kind)),
        "impact": str(words.IMPACTS.get(view.impact, view.impact)),
        "urgency": str(words.URGENCIES.get(view.urgency, view.urgency)),
        "category": words.category_title(view.category) if view.category else "—",
        "priority": str(words.PRIORITIES[words.priority_word(view.priority)]),
        "priority_reason": view.priority_reason or "—",
        "organisation_id": now["organisation_text"] or "—",
        "contact_id": now["contact_text"] or "—",
    }
    return {name: text for name, text in shown.items() if str(values.get(name, "")) != str(now[name])}


def _present(view: tickets.TicketView) -> dict[str, list[int]]:
    return {
        "responsible": [view.responsible.id] if view.responsible else [],
        "people": [one.staff_id for one in view.executors if one.staff_id is not None],
        "teams": [one.team_id for one in view.executors if one.team_id is not None],
    }


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]


def _subject(view: tickets.TicketView, entries: Entries) -> str:
    name = "subject_form.html" if is_partial() else "subject_page.html"
    return render_template(f"admin_ui/tickets/{name}", ticket=view, form=entries)


def _details(actor: staff.Actor, view: tickets.TicketView, entries: Entries, now_there: dict[str, str]) -> str:
    name = "details_form.html" if is_partial() else "details_page.html"
    return render_template(
        f"admin_ui/tickets/{name}",
        ticket=view,
        form=entries,
        now_there=now_there,
        categories=[(one.code, words.category_title(one)) for one in tickets.category_choices(actor)],
        sheet=is_partial(),
    )


def _executors(actor: staff.Actor, view: tickets.TicketView, entries: Entries, chosen: dict[str, list[int]]) -> str:
    name = "executors_form.html" if is_partial() else "executors_page.html"
    return render_template(
        f"admin_ui/tickets/{name}",
        ticket=view,
        form=entries,
        chosen=chosen,
        people=tickets.staff_choices(actor),
        teams=tickets.team_choices(actor),
        sheet=is_partial(),
    )
