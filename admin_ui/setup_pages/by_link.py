# SPDX-License-Identifier: Apache-2.0
"""The steps that the one-time link opens; what is entered stays with the link until the last of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from admin_ui.setup_pages.steps import ACCOUNT, BY_LINK, NUMBERS, ORGANISATION, step_titles
from admin_ui.shell import Entries, explain
from dialog_core.plugin import NotAllowedNow, WrongValue, installation, staff

setup = Blueprint("setup", __name__, url_prefix="/setup")


@setup.get("")
def explanation() -> ResponseReturnValue:
    """Say how to get a link; on a platform that is set up there is nothing to explain."""
    if installation.is_set_up():
        return redirect(url_for("home.start"))
    return render_template("admin_ui/setup/explain.html")


@setup.get("/<token>")
def begin(token: str) -> ResponseReturnValue:
    """Go to the first step that is not filled in."""
    entries = _entries(token)
    if isinstance(entries, tuple):
        return entries
    step = ORGANISATION if entries.profile is None else NUMBERS
    if not entries.password_hash:
        step = ACCOUNT
    return redirect(url_for("setup.step", token=token, name=step))


@setup.get("/<token>/<name>")
def step(token: str, name: str) -> ResponseReturnValue:
    """Show a step with what was entered before."""
    entries = _entries(token)
    if isinstance(entries, tuple):
        return entries
    return _show(token, name, Entries.holding(_stored(name, entries)), entries)


@setup.post("/<token>/<name>")
def save(token: str, name: str) -> ResponseReturnValue:
    """Keep a step and go to the next; the last one finishes the set-up and signs in."""
    entries = _entries(token)
    if isinstance(entries, tuple):
        return entries
    try:
        if name == ACCOUNT:
            _keep_account(token)
        elif name == ORGANISATION:
            _keep_organisation(token)
        elif name == NUMBERS:
            return _complete(token)
        else:
            abort(404)
    except (WrongValue, NotAllowedNow) as error:
        return _show(token, name, Entries.of_request().refuse(error), entries), 422
    return redirect(url_for("setup.step", token=token, name=BY_LINK[BY_LINK.index(name) + 1]), 303)


@setup.get("/<token>/numbers/sample")
def sample(token: str) -> ResponseReturnValue:
    """Show what a number looks like in the format being entered."""
    entries = _entries(token)
    if isinstance(entries, tuple):
        return "", 410
    try:
        text, wrong = _numbering(request.args).sample(), ""
    except WrongValue as error:
        text, wrong = "", explain(error)
    return render_template("admin_ui/setup/sample.html", sample=text, wrong=wrong)


def _keep_account(token: str) -> None:
    form = request.form
    password = form.get("password", "")
    if password != form.get("password_again", ""):
        raise WrongValue("password_again", "The two passwords differ.")
    installation.keep_setup_account(
        token, email=form.get("email", ""), name=form.get("name", ""), password=password or None
    )


def _keep_organisation(token: str) -> None:
    form = request.form
    installation.keep_setup_profile(
        token,
        organisation=form.get("organisation", ""),
        language=form.get("language", ""),
        timezone=form.get("timezone", ""),
        phone_region=form.get("phone_region", "RU"),
    )


def _complete(token: str) -> ResponseReturnValue:
    wanted = _numbering(request.form)
    staff_id = installation.complete_setup(token, **asdict(wanted))
    person = staff.signed_in(staff_id, channel="web")
    assert person is not None, "the set-up has just made this account"
    staff.start_session(person)
    return redirect(url_for("further.modules"), 303)


def _numbering(values: Any) -> installation.Numbering:
    return installation.checked_numbering(
        prefix=values.get("prefix", "")[:100],
        with_year=values.get("with_year", "yes") == "yes",
        digits=values.get("digits", 6, type=int),
    )


def _stored(name: str, entries: installation.SetupEntries) -> dict[str, Any]:
    if name == ACCOUNT:
        return {"email": entries.email, "name": entries.name}
    if name == ORGANISATION:
        profile = entries.profile or installation.Profile(language=_reader_language())
        return asdict(profile)
    return {"prefix": "", "with_year": "yes", "digits": 6}


def _reader_language() -> str:
    chosen = session.get("language")
    return (
        chosen
        if chosen in installation.LANGUAGES
        else request.accept_languages.best_match(installation.LANGUAGES) or "ru"
    )


def _entries(token: str) -> installation.SetupEntries | tuple[str, int]:
    """Return what was entered, or the page that says why the link does not work."""
    try:
        entries = installation.check_setup_link(token)
    except NotAllowedNow:
        return render_template("admin_ui/setup/done_before.html"), 410
    except installation.LinkGone as gone:
        return render_template("admin_ui/setup/link_gone.html", problem=gone.problem.value), 410
    if entries.profile is not None and "language" not in session:
        g.dialog_language = entries.profile.language
    return entries


def _show(token: str, name: str, form: Entries, entries: installation.SetupEntries) -> str:
    if name not in BY_LINK:
        abort(404)
    return render_template(
        f"admin_ui/setup/{name}.html",
        form=form,
        token=token,
        step_name=name,
        steps=step_titles(),
        has_password=bool(entries.password_hash),
        timezones=sorted(installation.timezones()),
        regions=installation.phone_regions(),
        shortest=staff.SHORTEST_PASSWORD,
        sample=installation.Numbering().sample() if name == NUMBERS else "",
    )
