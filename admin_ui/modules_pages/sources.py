# SPDX-License-Identifier: Apache-2.0
"""Where modules come from and whom this installation trusts: catalog, index, uploads, publishers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.trust_words import in_groups
from admin_ui.shell import Entries, client_address, explain
from dialog_core.modules import (
    IndexView,
    add_publisher,
    catalog_modules,
    confirm,
    index_view,
    list_publishers,
    remove_publisher,
    uploads_allowed,
)
from dialog_core.plugin import DialogError, staff


@modules.get("/sources")
def sources() -> ResponseReturnValue:
    """Show where modules come from, and the publishers that are trusted."""
    return show_sources()


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
        return show_sources(form=form.refuse(error)), 422
    return redirect(url_for("modules.sources"), 303)


@modules.post("/sources/publishers/<key>/remove")
def distrust(key: str) -> ResponseReturnValue:
    """Trust a publisher no longer."""
    remove_publisher(staff.current_actor(), key=key)
    return redirect(url_for("modules.sources"), 303)


def show_sources(*, form: Entries | None = None, index_form: Entries | None = None) -> str:
    """Return the page; `form` is that of publishers, `index_form` that of the index."""
    actor = staff.current_actor()
    index = index_view(actor)
    return render_template(
        "admin_ui/modules/sources.html",
        publishers=list_publishers(actor),
        index=index,
        index_problem=index_problem(index),
        bundled=len(catalog_modules()),
        allowed=uploads_allowed(),
        in_groups=in_groups,
        form=form or Entries(),
        index_form=index_form or Entries(),
    )


def index_problem(index: IndexView | None) -> str:
    """Return what is wrong with the index in words, empty when nothing is or there is none."""
    if index is None or index.problem is None:
        return ""
    message, values = index.problem
    return explain(DialogError(message, **values))
