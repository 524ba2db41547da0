# SPDX-License-Identifier: Apache-2.0
"""What staff change about themselves: name, language, time zone, password, API tokens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, client_address, safe_next, show_once, take_shown_once
from dialog_core.plugin import DialogError, WrongValue, installation, staff

profile = Blueprint("profile", __name__, url_prefix="/profile")


@profile.get("")
def show() -> ResponseReturnValue:
    """Show the forms."""
    return _show(_stored(), Entries())


@profile.post("")
def save() -> ResponseReturnValue:
    """Change name, language and time zone."""
    form = request.form
    try:
        staff.change_own_profile(
            staff.current_actor(),
            name=form.get("name", ""),
            language=form.get("language", ""),
            timezone=form.get("timezone", ""),
        )
    except WrongValue as error:
        return _show(Entries.of_request().refuse(error), Entries()), 422
    flash(gettext("Your profile has been saved."), "success")
    return redirect(url_for("profile.show"), 303)


@profile.post("/language")
def language() -> ResponseReturnValue:
    """Change the language from the account's menu."""
    person = _person()
    try:
        staff.change_own_profile(
            person.actor, name=person.name, language=request.form.get("language", ""), timezone=person.timezone
        )
    except WrongValue as error:
        return _show(Entries.of_request().refuse(error), Entries()), 422
    return redirect(safe_next(url_for("profile.show")), 303)


@profile.post("/password")
def password() -> ResponseReturnValue:
    """Change the password; sessions in other browsers end."""
    form = request.form
    try:
        if form.get("new_password") != form.get("new_password_again"):
            raise WrongValue("new_password_again", "The two passwords differ.")
        staff.change_own_password(
            staff.current_actor(),
            current=form.get("current_password", ""),
            password=form.get("new_password", ""),
            address=client_address(),
        )
    except DialogError as error:
        entries = Entries().refuse(error)
        names = {"current": "current_password", "password": "new_password"}
        entries.errors = {names.get(field, field): text for field, text in entries.errors.items()}
        return _show(_stored(), entries), 422
    person = staff.signed_in(_person().staff_id, channel="web")
    if person is not None:
        staff.start_session(person)
    flash(gettext("Your password has been changed. Other browsers have been signed out."), "success")
    return redirect(url_for("profile.show"), 303)


@profile.get("/tokens")
def tokens() -> ResponseReturnValue:
    """Show one's API tokens; one that was just made in plain, this once."""
    return _show_tokens(Entries(), take_shown_once("token")), {"Cache-Control": "no-store"}


@profile.post("/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token."""
    try:
        plain = staff.create_token(staff.current_actor(), name=request.form.get("name", ""))
    except WrongValue as error:
        return _show_tokens(Entries.of_request().refuse(error), None), 422
    show_once("token", plain)
    return redirect(url_for("profile.tokens"), 303)


@profile.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Stop a token."""
    staff.revoke_token(staff.current_actor(), token_id=token_id)
    flash(gettext("The token has been revoked."), "success")
    return redirect(url_for("profile.tokens"), 303)


def _person() -> staff.SignedIn:
    person = staff.current_person()
    assert person is not None, "a staff mount lets only staff in"
    return person


def _stored() -> Entries:
    person = _person()
    return Entries.holding({"name": person.name, "language": person.language, "timezone": person.timezone})


def _show(entries: Entries, password_entries: Entries) -> str:
    account = staff.get_staff(staff.current_actor(), staff_id=_person().staff_id)
    titles = {role.name: role.title for role in staff.list_roles()}
    return render_template(
        "admin_ui/signing/profile.html",
        form=entries,
        password_form=password_entries,
        account=account,
        roles=[titles[name] for name in account.roles],
        timezones=sorted(installation.timezones()),
        shortest=staff.SHORTEST_PASSWORD,
    )


def _show_tokens(entries: Entries, plain: str | None) -> str:
    return render_template(
        "admin_ui/signing/tokens.html", form=entries, tokens=staff.list_tokens(staff.current_actor()), plain=plain
    )
