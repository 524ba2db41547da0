# SPDX-License-Identifier: Apache-2.0
"""Uploading a wheel: it is looked into and stored, nothing of it runs."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.shell import Entries
from dialog_core.modules import upload_wheel
from dialog_core.plugin import DialogError, WrongValue, staff


@modules.get("/upload")
def upload() -> ResponseReturnValue:
    """Show the form."""
    return _show(Entries(), "")


@modules.post("/upload")
def store() -> ResponseReturnValue:
    """Store the wheel and go on to what it asks for."""
    file = request.files.get("wheel")
    try:
        if file is None or not file.filename:
            raise WrongValue("wheel", "Choose a file.")
        info = upload_wheel(staff.current_actor(), filename=file.filename, content=file.read())
    except DialogError as error:
        form = Entries().refuse(error)
        form.errors = {"wheel": next(iter(form.errors.values()))}
        return _show(form, ""), 422
    if info.manifest is None:
        stored = gettext(
            "%(name)s %(version)s is a library, no module. It has been stored for modules that need it.",
            name=info.distribution,
            version=info.version,
        )
        return _show(Entries(), stored)
    return redirect(url_for("modules.consent", name=info.manifest.name, sha256=info.sha256), 303)


def _show(form: Entries, stored: str) -> str:
    staff.current_actor().require("module.manage")
    return render_template("admin_ui/modules/upload.html", form=form, stored=stored)
