# SPDX-License-Identifier: Apache-2.0
"""State actions: exactly those that the table allows, each with a small form of what it needs."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, is_partial
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.act_forms import act_form, act_of
from admin_ui.tickets_pages.answers import done, refused
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.once import once
from admin_ui.tickets_pages.refusals import refusal
from admin_ui.tickets_pages.ticket import IN_COMPOSER
from dialog_core.plugin import DialogError, NotPermitted, WrongValue, staff, tickets


@pages.get("/tickets/<number>/act/<name>")
def act(number: str, name: str) -> ResponseReturnValue:
    """Show the form of an action."""
    actor = staff.current_actor()
    _check(name)
    view = tickets.ticket_by_number(actor, number)
    row = tickets.BY_NAME[name]
    if row.permission is None:
        raise NotPermitted("system")
    actor.require(row.permission)
    values = Entries.holding({"executor_id": actor.id, "contact_id": view.contact.id if view.contact else ""})
    return _show(actor, view, name, values)


@pages.post("/tickets/<number>/act/<name>")
def do_act(number: str, name: str) -> ResponseReturnValue:
    """Do an action."""
    actor = staff.current_actor()
    _check(name)
    ticket_id = tickets.ticket_id_of(actor, number)
    try:
        written = once(lambda: tickets.transition(actor, ticket_id, name, act_of(request.form)).state)
    except DialogError as error:
        if isinstance(error, NotPermitted):
            raise
        entries = Entries.of_request()
        field = error.field if isinstance(error, WrongValue) else ""
        entries.errors[field if field == "target" else ""] = refusal(error)
        return refused(_show(actor, tickets.ticket_by_number(actor, number), name, entries))
    state = words.STATES.get(written.result)
    return done(number, gettext("The ticket is now: %(state)s.", state=str(state).lower()) if state else "")


@pages.post("/tickets/<number>/unmerge")
def unmerge(number: str) -> ResponseReturnValue:
    """Bring a merged ticket back."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    try:
        tickets.unmerge(actor, ticket_id)
    except NotPermitted:
        raise
    except DialogError as error:
        return done(number, refusal(error), kind="error")
    return done(number, gettext("The merge was undone; the ticket is open again."))


def _check(name: str) -> None:
    if name not in tickets.BY_NAME or name in IN_COMPOSER:
        abort(404)


def _show(actor: staff.Actor, view: tickets.TicketView, name: str, entries: Entries) -> str:
    template = "act_form.html" if is_partial() else "act_page.html"
    return render_template(
        f"admin_ui/tickets/{template}", ticket=view, act=act_form(actor, view, name), form=entries, sheet=is_partial()
    )
