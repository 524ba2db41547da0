# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, accepting an invitation, and the language of those who are not signed in."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, client_address, safe_next
from dialog_core.plugin import DialogError, WrongValue, installation, staff

sign_in = Blueprint("sign_in", __name__)


@sign_in.get("/sign-in")
def form() -> ResponseReturnValue:
    """Show the sign-in form; who is signed in goes on."""
    if staff.current_person() is not None:
        return redirect(safe_next(url_for("home.start")))
    return _show_form(Entries())


@sign_in.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Sign in."""
    try:
        person = staff.authenticate(
            email=request.form.get("email", ""), password=request.form.get("password", ""), address=client_address()
        )
    except staff.TooManyAttempts as error:
        page = _show_form(Entries.of_request().refuse(error))
        return page, 429, {"Retry-After": str(error.retry_after)}
    except staff.SignInRefused as error:
        return _show_form(Entries.of_request().refuse(error)), 422
    staff.start_session(person)
    return redirect(safe_next(url_for("home.start")), 303)


@sign_in.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    staff.end_session()
    return redirect(url_for("sign_in.form"), 303)


@sign_in.get("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    """Choose the language of the pages before sign-in."""
    if code not in installation.LANGUAGES:
        abort(404)
    session["language"] = code
    return redirect(safe_next(url_for("sign_in.form")))


@sign_in.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Accept an invitation, or set a new password by an access link."""
    try:
        offer = staff.invitation(token)
        if request.method == "GET":
            return _show_invitation(offer, Entries.holding({"name": offer.name}))
        staff_id = staff.accept_invitation(
            token, name=request.form.get("name", ""), password=request.form.get("password", "")
        )
    except WrongValue as error:
        return _show_invitation(offer, Entries.of_request().refuse(error)), 422
    except installation.LinkGone as gone:
        return render_template("admin_ui/signing/link_gone.html", problem=gone.problem.value), 410
    except DialogError as error:  # an account with this address was made meanwhile
        return _show_invitation(offer, Entries.of_request().refuse(error)), 409
    person = staff.signed_in(staff_id, channel="web")
    if person is not None:
        staff.start_session(person)
        flash(gettext("Welcome, %(name)s!", name=person.name), "success")
    return redirect(url_for("home.start"), 303)


def _show_form(entries: Entries) -> str:
    return render_template("admin_ui/signing/sign_in.html", form=entries, next=safe_next(""))


def _show_invitation(offer: staff.InvitationView, entries: Entries) -> str:
    roles = {role.name: role.title for role in staff.list_roles()}
    return render_template(
        "admin_ui/signing/invitation.html",
        form=entries,
        offer=offer,
        role=roles.get(offer.role),
        shortest=staff.SHORTEST_PASSWORD,
    )
