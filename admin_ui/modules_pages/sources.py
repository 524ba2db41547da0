# SPDX-License-Identifier: Apache-2.0
"""Where modules come from and whom this installation trusts: catalog, index, uploads, publishers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.trust_words import in_groups
from admin_ui.shell import Entries, client_address
from dialog_core.modules import (
    add_publisher,
    catalog_modules,
    confirm,
    list_publishers,
    remove_publisher,
    uploads_allowed,
)
from dialog_core.plugin import DialogError, staff


@modules.get("/sources")
def sources() -> ResponseReturnValue:
    """Show where modules come from, and the publishers that are trusted."""
    return _show(Entries())


@modules.post("/sources/publishers")
def trust() -> ResponseReturnValue:
    """Trust a publisher."""
    actor = staff.current_actor()
    form = Entries.of_request()
    try:
        confirmation = confirm(actor, password=request.form.get("password", ""), address=client_address())
        add_publisher(
            actor,
            name=request.form.get("name", ""),
            public_key=request.form.get("public_key", ""),
            confirmation=confirmation,
        )
    except DialogError as error:
        return _show(form.refuse(error)), 422
    return redirect(url_for("modules.sources"), 303)


@modules.post("/sources/publishers/<key>/remove")
def distrust(key: str) -> ResponseReturnValue:
    """Trust a publisher no longer."""
    remove_publisher(staff.current_actor(), key=key)
    return redirect(url_for("modules.sources"), 303)


def _show(form: Entries) -> str:
    return render_template(
        "admin_ui/modules/sources.html",
        publishers=list_publishers(staff.current_actor()),
        bundled=len(catalog_modules()),
        allowed=uploads_allowed(),
        in_groups=in_groups,
        form=form,
    )
