# SPDX-License-Identifier: Apache-2.0
"""Uploading wheels and their signatures together: they are looked into and stored, nothing of them runs."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.shell import Entries
from dialog_core.modules import GivenFile, Uploaded, upload_wheels, uploads_allowed
from dialog_core.plugin import DialogError, WrongValue, staff

MAX_UPLOAD = 120 * 1024 * 1024
"""Largest form, bytes: a wheel of the greatest size with what belongs to it; files of a form wait on the disk."""


@modules.before_app_request
def let_wheels_in() -> None:
    """Let the form of wheels be larger than others; it is refused by its announced length before it is read."""
    if request.endpoint == "modules.store":
        request.max_content_length = MAX_UPLOAD


@modules.get("/upload")
def upload() -> ResponseReturnValue:
    """Show the form."""
    return _show(Entries())


@modules.post("/upload")
def store() -> ResponseReturnValue:
    """Store the wheels and go on to what the module among them asks for."""
    actor = staff.current_actor()
    actor.require("module.manage")
    try:
        parts = [part for part in request.files.getlist("wheel") if part.filename]
        if not parts:
            raise WrongValue("wheel", "Choose a file.")
        stored = upload_wheels(actor, files=[GivenFile(part.filename or "", part.read()) for part in parts])
    except DialogError as error:
        form = Entries().refuse(error)
        form.errors = {"wheel": next(iter(form.errors.values()))}
        return _show(form), 422
    found = [info for info in stored.wheels if info.manifest is not None]
    if len(found) == 1 and not stored.missing:
        assert found[0].manifest is not None, "only modules are looked at"
        return redirect(url_for("modules.consent", name=found[0].manifest.name, sha256=found[0].sha256), 303)
    return _show(Entries(), stored)


def _show(form: Entries, stored: Uploaded | None = None) -> str:
    staff.current_actor().require("module.manage")
    return render_template("admin_ui/modules/upload.html", form=form, stored=stored, allowed=uploads_allowed())
