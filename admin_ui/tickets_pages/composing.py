# SPDX-License-Identifier: Apache-2.0
"""The composer: what staff write into a ticket."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, is_partial
from admin_ui.tickets_pages.answers import done, refused
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.once import once
from admin_ui.tickets_pages.refusals import refusal
from admin_ui.tickets_pages.ticket import page
from admin_ui.tickets_pages.uploads import uploaded
from dialog_core.plugin import DialogError, NotFound, WrongValue, staff, tickets

TRANSITIONS = {"answer": "answer", "question": "request_information"}


@pages.post("/tickets/<number>/entries")
def write_entry(number: str) -> ResponseReturnValue:
    """Write into a ticket; what was refused stays in the form."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    try:
        written = once(_change(actor, ticket_id))
    except NotFound:
        raise
    except DialogError as error:
        entries = Entries.of_request()
        entries.errors[""] = refusal(error)
        if is_partial():
            return refused(render_template("admin_ui/tickets/composer_problem.html", form=entries))
        return refused(page(actor, tickets.ticket_by_number(actor, number), entries))
    return done(number, _told(written), event="composer-sent")


def _change(actor: staff.Actor, ticket_id: int) -> Callable[[], str]:
    form = request.form
    mode, text = form.get("mode", ""), form.get("text", "")
    delivered_by = form.get("delivered_by") or None
    contact = form.get("contact_id", "")
    files = uploaded()
    if not text.strip() and not files:
        raise WrongValue("text", "Write something.")

    def change() -> str:
        if mode in TRANSITIONS:
            act = tickets.Act(text=text, files=files, delivered_by=delivered_by)
            moved = tickets.transition(actor, ticket_id, TRANSITIONS[mode], act)
            return "way" if moved.on_its_way else "given"
        added = tickets.add_entry(
            actor,
            ticket_id,
            kind=mode,
            text=text,
            files=files,
            contact_id=int(contact) if contact.isdigit() and len(contact) < 10 else None,
            delivered_by=delivered_by if mode in {"reply", "message"} else None,
        )
        return "way" if added.delivery_ids else "kept"

    return change


def _told(written: staff.Submitted) -> str:
    if not written.is_new:
        return str(gettext("This was sent already; nothing is doubled."))
    return str(gettext("On its way to the customer.")) if written.result == "way" else ""
