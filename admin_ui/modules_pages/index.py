# SPDX-License-Identifier: Apache-2.0
"""The organisation's index: entered, checked, taken away."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.sources import show_sources
from admin_ui.shell import Entries, client_address
from dialog_core.modules import check_index, confirm, remove_index, set_index
from dialog_core.plugin import DialogError, NotAllowedNow, WrongValue, staff


@modules.post("/sources/index")
def set_up_index() -> ResponseReturnValue:
    """Enter address and key of the index, and look at its list at once."""
    actor = staff.current_actor()
    form = Entries.of_request()
    try:
        confirmation = confirm(actor, password=request.form.get("index_password", ""), address=client_address())
        set_index(
            actor,
            url=request.form.get("url", ""),
            public_key=request.form.get("index_key", ""),
            confirmation=confirmation,
        )
    except DialogError as error:
        form.refuse(error)
        names = {"public_key": "index_key", "password": "index_password"}
        form.errors = {names.get(name, name): text for name, text in form.errors.items()}
        return show_sources(index_form=form), 422
    return look()


@modules.post("/sources/index/check")
def look() -> ResponseReturnValue:
    """Fetch the list of the index now; what is wrong with it stands on the page afterwards."""
    with suppress(NotAllowedNow, WrongValue):  # the reason was kept and is shown
        check_index(staff.current_actor())
    return redirect(url_for("modules.sources"), 303)


@modules.post("/sources/index/remove")
def forget_index() -> ResponseReturnValue:
    """Take nothing from the index any more."""
    remove_index(staff.current_actor())
    return redirect(url_for("modules.sources"), 303)
