# SPDX-License-Identifier: Apache-2.0
"""Further fields of a ticket: shown beside it, changed in a sheet, judged while somebody fills them in."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, is_partial
from admin_ui.tickets_pages.answers import done, refused
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.field_inputs import (
    entered,
    input_choices,
    name_of,
    shown_again,
    shown_value,
    stored_entries,
)
from admin_ui.tickets_pages.refusals import changed_meanwhile, refusal
from dialog_core.plugin import DialogError, NotAllowedNow, NotPermitted, WrongValue, fields, staff, tickets


def facts_of(view: tickets.TicketView) -> fields.Facts:
    """Return what conditions can ask of a ticket."""
    organisation_id = view.organisation.id if view.organisation else None
    return fields.Facts(view.kind, tickets.Priority(view.priority).word, organisation_id)


def further_of(actor: staff.Actor, view: tickets.TicketView) -> fields.TicketValues:
    """Return the further fields of a ticket with their values."""
    return fields.values_of(actor, view.id, facts_of(view))


@pages.get("/tickets/<number>/fields")
def further_form(number: str) -> ResponseReturnValue:
    """Show the further fields as inputs."""
    actor = staff.current_actor()
    actor.require("ticket.work")
    view = tickets.ticket_by_number(actor, number)
    found = further_of(actor, view)
    entries = Entries.holding({**stored_entries(_all(actor), found.values), "version": view.version})
    return _show(actor, view, found, entries, {})


@pages.post("/tickets/<number>/fields")
def save_further(number: str) -> ResponseReturnValue:
    """Change further fields; on a conflict both are shown."""
    actor = staff.current_actor()
    view = tickets.ticket_by_number(actor, number)
    stored = further_of(actor, view)
    entries = shown_again(_all(actor), Entries.of_request())
    try:
        given = entered(_all(actor))
        there = fields.judge_entered(facts_of(view), given, stored.values).judgement.visible
        given = {key: value for key, value in given.items() if key in there}
        tickets.update_ticket(actor, view.id, version=request.form.get("version", 0, type=int), fields=given)
    except NotPermitted:
        raise
    except DialogError as error:
        now_there: dict[str, str] = {}
        if isinstance(error, NotAllowedNow) and "version" in error.missing:
            view = tickets.ticket_by_number(actor, number)
            stored = further_of(actor, view)
            entries.values["version"] = view.version
            now_there = _differences(stored, entries)
            entries.errors[""] = changed_meanwhile()
        else:
            entries.errors[error.field if isinstance(error, WrongValue) else ""] = refusal(error)
        _keep_files(stored, entries)
        judged = fields.judge_entered(facts_of(view), entered(_all(actor), with_files=False), stored.values)
        return refused(_show(actor, view, judged, entries, now_there))
    return done(number, gettext("The fields have been saved."))


@pages.post("/tickets/<number>/fields/check")
def check_further(number: str) -> ResponseReturnValue:
    """Say which fields are there and required with what is entered so far."""
    actor = staff.current_actor()
    actor.require("ticket.work")
    view = tickets.ticket_by_number(actor, number)
    given = entered(_all(actor), with_files=False)
    return judged_json(fields.judge_entered(facts_of(view), given, further_of(actor, view).values))


def judged_json(found: fields.TicketValues) -> ResponseReturnValue:
    """Answer with the keys of the fields that are there and of those that are required."""
    return jsonify({"visible": sorted(found.judgement.visible), "required": sorted(found.judgement.required)})


def _all(actor: staff.Actor) -> tuple[fields.TicketField, ...]:
    return fields.ticket_fields(actor)


def _keep_files(stored: fields.TicketValues, entries: Entries) -> None:
    for key, value in stored.values.items():
        if isinstance(value, fields.File):
            entries.values[f"fields.{key}"] = value


def _differences(stored: fields.TicketValues, entries: Entries) -> dict[str, str]:
    """Return what stands in the ticket now, in words, where it is not what was entered."""
    found: dict[str, str] = {}
    now = stored_entries(stored.fields, stored.values)
    for field in stored.fields:
        name = name_of(field)
        suffix = "_id" if f"{name}_id" in entries.values else ""
        if name in entries.values and str(entries.values.get(name + suffix, "")) != str(now.get(name + suffix, "")):
            value = stored.values.get(field.key)
            found[field.key] = "—" if value is None else shown_value(field, value)
    return found


def _show(
    actor: staff.Actor,
    view: tickets.TicketView,
    judged: fields.TicketValues,
    entries: Entries,
    now_there: dict[str, str],
) -> str:
    name = "further_form.html" if is_partial() else "further_page.html"
    values: dict[str, Any] = {"ticket": view, "form": entries, "now_there": now_there, "sheet": is_partial()}
    return render_template(
        f"admin_ui/tickets/{name}", **values, fields=_all(actor), judgement=judged.judgement,
        field_choices=input_choices(actor, _all(actor), entries),
    )  # fmt: skip
