# SPDX-License-Identifier: Apache-2.0
"""Contracts under which an organisation is supported."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.parties_pages.blueprint import pages
from admin_ui.parties_pages.forms import day, number, refused
from admin_ui.shell import Entries
from admin_ui.tickets_pages.once import once
from dialog_core.plugin import DialogError, NotPermitted, now, parties, staff


@pages.get("/organisations/<int:organisation_id>/contracts/new")
def new_contract(organisation_id: int) -> ResponseReturnValue:
    """Show an empty form."""
    actor = staff.current_actor()
    actor.require("contract.edit")
    values = {"kind": "contract", "starts_on": now().date().isoformat(), "kinds": []}
    return _show(actor, organisation_id, Entries.holding(values), None)


@pages.post("/organisations/<int:organisation_id>/contracts/new")
def create_contract(organisation_id: int) -> ResponseReturnValue:
    """Create a contract."""
    actor = staff.current_actor()
    try:
        values = _values()
        once(lambda: parties.create_contract(actor, organisation_id=organisation_id, **values))
    except NotPermitted:
        raise
    except DialogError as error:
        entries = refused(error, 0, kinds=request.form.getlist("kinds"))
        return _show(actor, organisation_id, entries, None), 422
    flash(gettext("The contract has been created."), "success")
    return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)


@pages.get("/contracts/<int:contract_id>/edit")
def edit_contract(contract_id: int) -> ResponseReturnValue:
    """Show the form with what is stored."""
    actor = staff.current_actor()
    actor.require("contract.edit")
    row = parties.get_contract(actor, contract_id)
    values: dict[str, Any] = {name: getattr(row, name) for name in ("number", "kind", "notes", "version")}
    values |= {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat() if row.ends_on else ""}
    values |= {"silence_days": row.silence_days or "", "kinds": list(row.kinds)}
    return _show(actor, row.organisation_id, Entries.holding(values), row)


@pages.post("/contracts/<int:contract_id>/edit")
def save_contract(contract_id: int) -> ResponseReturnValue:
    """Change a contract."""
    actor = staff.current_actor()
    version = request.form.get("version", 0, type=int)
    try:
        parties.update_contract(actor, contract_id, version=version, **_values())
    except NotPermitted:
        raise
    except DialogError as error:
        row = parties.get_contract(actor, contract_id)
        entries = refused(error, row.version, kinds=request.form.getlist("kinds"))
        return _show(actor, row.organisation_id, entries, row), 422
    flash(gettext("The contract has been saved."), "success")
    organisation_id = parties.get_contract(actor, contract_id).organisation_id
    return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)


def _values() -> dict[str, Any]:
    form = request.form
    return {
        "number": form.get("number", ""),
        "kind": form.get("kind", ""),
        "starts_on": day("starts_on"),
        "ends_on": day("ends_on"),
        "kinds": form.getlist("kinds"),
        "silence_days": number("silence_days"),
        "notes": form.get("notes", ""),
    }


def _show(actor: staff.Actor, organisation_id: int, entries: Entries, row: parties.ContractRow | None) -> str:
    owner = parties.get_organisation(actor, organisation_id)
    return render_template("admin_ui/parties/contract_form.html", form=entries, row=row, owner=owner)
