# SPDX-License-Identifier: Apache-2.0
"""The form for requests that staff register: a phone call, a visit, a letter."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin_ui.shell import Entries, explain, is_partial, title_of
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.answers import refused
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.field_inputs import default_entries, entered, input_choices, shown_again
from admin_ui.tickets_pages.further import judged_json
from admin_ui.tickets_pages.once import once
from admin_ui.tickets_pages.uploads import uploaded
from dialog_core.plugin import (
    DialogError,
    IntakeView,
    NotFound,
    NotPermitted,
    WrongValue,
    conversations,
    fields,
    parties,
    runtime,
    staff,
    tickets,
)

# Fields of the operation under the names that the form has for them.
_FIELDS = {"full_name": "contact_text", "contact": "contact_text", "organisation": "organisation_text",
           "organisation_name": "organisation_text"}  # fmt: skip


@pages.get("/tickets/new")
def new() -> ResponseReturnValue:
    """Show the form, with who asks if the page that leads here knows."""
    actor = staff.current_actor()
    actor.require("ticket.open")
    values: dict[str, Any] = {"kind": "user_failure", "impact": "medium", "urgency": "medium"}
    return _show(Entries.holding({**default_entries(fields.ticket_fields(actor)), **values, **_known(actor)}))


@pages.post("/tickets/new")
def register() -> ResponseReturnValue:
    """Register a request and show its number."""
    actor = staff.current_actor()
    known = fields.ticket_fields(actor)
    try:
        given = entered(known)
        there = fields.judge_entered(_facts(), given).judgement.visible
        written = once(_change(actor, {key: value for key, value in given.items() if key in there}))
    except NotPermitted:
        raise
    except DialogError as error:
        entries = shown_again(known, Entries.of_request())
        field = error.field if isinstance(error, WrongValue) else ""
        entries.errors[_FIELDS.get(field, field)] = explain(error)
        return refused(_show(entries))
    number = tickets.ticket_by_id(actor, int(written.result)).number
    address = url_for("tickets.show", number=number, new=1)
    if is_partial():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


@pages.post("/tickets/new/check")
def check() -> ResponseReturnValue:
    """Say what the regulation still asks of what is typed so far."""
    staff.current_actor().require("ticket.open")
    further = fields.judge_entered(_facts(), entered(fields.ticket_fields(staff.current_actor()), with_files=False))
    intake = _completeness(Entries.of_request().values, further)
    return render_template("admin_ui/tickets/new_check.html", intake=intake, must=_must(intake))


@pages.post("/tickets/new/fields")
def check_fields() -> ResponseReturnValue:
    """Say which further fields are there and required with what is entered so far."""
    actor = staff.current_actor()
    actor.require("ticket.open")
    return judged_json(fields.judge_entered(_facts(), entered(fields.ticket_fields(actor), with_files=False)))


def _facts() -> fields.Facts:
    """Return what conditions can ask of the ticket that is being entered."""
    form = request.form
    kind = form.get("kind", "") if form.get("kind", "") in {*tickets.Kind} else tickets.Kind.USER_FAILURE.value
    levels = (form.get(name, "") for name in ("impact", "urgency"))
    impact, urgency = (tickets.Level(word if word in {*tickets.Level} else "medium") for word in levels)
    priority = tickets.priority_of(tickets.Kind(kind), impact, urgency)
    return fields.Facts(kind, priority.word, _id("organisation_id"))


def _change(actor: staff.Actor, further: dict[str, Any]) -> Any:
    form, files = request.form, uploaded()
    contact_id, organisation_id = _id("contact_id"), _id("organisation_id")
    asker = tickets.Asker(
        contact_id=contact_id,
        full_name="" if contact_id else form.get("contact_text", ""),
        phone="" if contact_id else form.get("phone", ""),
        email="" if contact_id else form.get("email", ""),
        organisation_id=organisation_id,
        organisation_name="" if organisation_id else form.get("organisation_text", ""),
        organisation_address="" if organisation_id else form.get("organisation_address", ""),
    )
    wanted = tickets.Request(
        subject=form.get("subject", ""),
        said=conversations.Said(
            text=form.get("description", ""), files=files, delivered_by=form.get("came_by") or None
        ),
        kind=form.get("kind", ""),
        category=form.get("category") or None,
        impact=form.get("impact", ""),
        urgency=form.get("urgency", ""),
        follow_up_of=_id("follow_up_of"),
        fields=further,
    )
    return lambda: tickets.register_request(actor, wanted, asker)


def _id(name: str) -> int | None:
    return _number(request.form.get(name, ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _known(actor: staff.Actor) -> dict[str, Any]:
    """Fill in who asks from the address of the page: a contact, an organisation, an earlier ticket."""
    args = request.args
    values: dict[str, Any] = {}
    contact, organisation = args.get("contact", type=int), args.get("organisation", type=int)
    earlier = args.get("follow_up", "")
    try:
        if earlier:
            view = tickets.ticket_by_number(actor, earlier)
            values |= {
                "follow_up_of": view.id,
                "follow_up_number": view.number,
                "subject": view.subject,
                "kind": view.kind,
            }
            contact = view.contact.id if view.contact else contact
            organisation = view.organisation.id if view.organisation else organisation
        if contact is not None:
            person = parties.get_contact(actor, contact)
            values |= {"contact_id": person.id, "contact_text": person.full_name}
            if organisation is None and len(person.memberships) == 1:
                organisation = person.memberships[0].organisation_id
        if organisation is not None:
            found = parties.get_organisation(actor, organisation)
            values |= {"organisation_id": found.id, "organisation_text": found.name}
    except NotFound:
        return values
    return values


def _must(intake: tickets.Completeness) -> str:
    """Return what is missing and required, further fields alone: all else can be asked later."""
    return ", ".join(title_of(one.title) for one in intake.missing if one.name.startswith("fields."))


def _completeness(values: dict[str, Any], further: fields.TicketValues) -> tickets.Completeness:
    actor = staff.current_actor()
    name, phones, emails = values.get("contact_text", ""), [values.get("phone", "")], [values.get("email", "")]
    address = values.get("organisation_address", "")
    try:
        if values.get("contact_id", "").isdigit():
            person = parties.get_contact(actor, int(values["contact_id"]))
            name, phones, emails = person.full_name, list(person.phones), list(person.emails)
        if values.get("organisation_id", "").isdigit():
            address = parties.get_organisation(actor, int(values["organisation_id"])).address
    except (NotFound, NotPermitted):
        pass
    return tickets.completeness(
        runtime().hooks,
        IntakeView(
            kind=values.get("kind", "") or "user_failure",
            subject=values.get("subject", "").strip(),
            description=values.get("description", "").strip(),
            category=values.get("category") or None,
            organisation_name=values.get("organisation_text", "").strip(),
            organisation_address=address.strip(),
            contact_name=name.strip(),
            contact_phones=tuple(phone for phone in phones if phone.strip()),
            contact_emails=tuple(email for email in emails if email.strip()),
            fields=fields.intake_values(further),
        ),
        fields.asked_at_intake(further),
    )


def _show(entries: Entries) -> str:
    actor = staff.current_actor()
    values = {key: str(value) for key, value in entries.values.items()}
    known = fields.ticket_fields(actor)
    if request.method == "POST":
        further = fields.judge_entered(_facts(), entered(known, with_files=False))
    else:
        defaults = {one.key: one.default for one in known if one.default is not None}
        facts = fields.Facts(values["kind"], tickets.Priority.NORMAL.word, _number(values.get("organisation_id", "")))
        further = fields.judge_entered(facts, defaults)
    template = "new_form.html" if is_partial() else "new.html"
    intake = _completeness(values, further)
    return render_template(
        f"admin_ui/tickets/{template}",
        form=entries,
        intake=intake,
        must=_must(intake),
        fields=known,
        judgement=further.judgement,
        field_choices=input_choices(actor, known, entries),
        categories=[(one.code, words.category_title(one)) for one in tickets.category_choices(actor)],
    )
