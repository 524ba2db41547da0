# SPDX-License-Identifier: Apache-2.0
"""The forms of the installation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, explain
from dialog_core.plugin import WrongValue, installation, staff

installation_pages = Blueprint("installation", __name__, url_prefix="/installation")


@installation_pages.get("")
def show() -> ResponseReturnValue:
    """Show all forms."""
    return _show()


@installation_pages.post("/profile")
def save_profile() -> ResponseReturnValue:
    """Change the organisation's profile."""
    form = request.form
    try:
        installation.save_profile(
            staff.current_actor(),
            organisation=form.get("organisation", ""),
            language=form.get("language", ""),
            timezone=form.get("timezone", ""),
            phone_region=form.get("phone_region", ""),
        )
    except WrongValue as error:
        return _show(profile=Entries.of_request().refuse(error)), 422
    return _saved()


@installation_pages.post("/numbering")
def save_numbering() -> ResponseReturnValue:
    """Change the format of numbers to come."""
    try:
        installation.save_numbering(staff.current_actor(), **_numbering(request.form))
    except WrongValue as error:
        return _show(numbering=Entries.of_request().refuse(error)), 422
    return _saved()


@installation_pages.post("/intake")
def save_intake() -> ResponseReturnValue:
    """Change the intake window."""
    try:
        seconds = request.form.get("intake_window", -1, type=int)
        installation.set_intake_window(staff.current_actor(), seconds=seconds)
    except WrongValue as error:
        return _show(intake=Entries.of_request().refuse(error)), 422
    return _saved()


@installation_pages.get("/numbering/sample")
def sample() -> ResponseReturnValue:
    """Show what a number looks like in the format being entered."""
    try:
        text, wrong = installation.checked_numbering(**_numbering(request.args)).sample(), ""
    except WrongValue as error:
        text, wrong = "", explain(error)
    return render_template("admin_ui/setup/sample.html", sample=text, wrong=wrong)


def _numbering(values: Any) -> dict[str, Any]:
    return {
        "prefix": values.get("prefix", "")[:100],
        "with_year": values.get("with_year", "yes") == "yes",
        "digits": values.get("digits", 0, type=int),
    }


def _saved() -> ResponseReturnValue:
    flash(gettext("Saved."), "success")
    return redirect(url_for("installation.show"), 303)


def _show(profile: Entries | None = None, numbering: Entries | None = None, intake: Entries | None = None) -> str:
    staff.current_actor().require("installation.manage")
    numbers = installation.numbering()
    stored = {"prefix": numbers.prefix, "with_year": "yes" if numbers.with_year else "no", "digits": numbers.digits}
    return render_template(
        "admin_ui/installation/show.html",
        profile_form=profile or Entries.holding(asdict(installation.profile())),
        numbering_form=numbering or Entries.holding(stored),
        intake_form=intake or Entries.holding({"intake_window": installation.intake_window()}),
        sample=numbers.sample(),
        timezones=sorted(installation.timezones()),
        regions=installation.phone_regions(),
        demo=installation.demonstration(),
    )
