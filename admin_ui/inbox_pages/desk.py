# SPDX-License-Identifier: Apache-2.0
"""The desk of what waits for a person: groups not bound, writers who did not choose, input that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_ui.inbox_pages.blueprint import pages
from admin_ui.inbox_pages.previews import Preview, preview
from admin_ui.shell import is_partial
from admin_ui.tickets_pages.refusals import refusal
from dialog_core.plugin import DialogError, NotPermitted, conversations, staff

ROWS = 30
WHY = {
    "held": _l("The chat is not connected to an organisation yet"),
    "asked": _l("The writer was asked to which ticket it belongs and has not answered"),
    "dead": _l("It could not be understood"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item with what can be read of it."""

    row: conversations.InboxRow
    preview: Preview


@pages.get("/inbox")
def desk() -> ResponseReturnValue:
    """Show what waits."""
    before = request.args.get("before", type=int)
    rows = conversations.inbox_rows(staff.current_actor(), before=before, limit=ROWS + 1)
    shown = rows[:ROWS]
    name = "list.html" if is_partial() else "desk.html"
    return render_template(
        f"admin_ui/inbox/{name}",
        items=[Waiting(row, preview(row.payload)) for row in shown],
        before=before,
        older=shown[-1].id if len(rows) > ROWS else None,
        why=WHY,
    )


@pages.post("/inbox/<int:item_id>/route")
def route(item_id: int) -> ResponseReturnValue:
    """Let an item become a new ticket, or go to the open ticket of a number."""
    number = request.form.get("number", "").strip().lstrip("№#").strip() or None
    if request.form.get("to") == "ticket" and number is None:
        flash(gettext("Say the number of the ticket."), "warning")
        return redirect(url_for("inbox.desk"), 303)
    wanted = number if request.form.get("to") == "ticket" else None
    try:
        conversations.route_by_hand(staff.current_actor(), item_id, ticket_number=wanted)
    except NotPermitted:
        raise
    except DialogError as error:
        flash(refusal(error), "error")
        return redirect(url_for("inbox.desk"), 303)
    text = gettext("It goes to ticket %(number)s.", number=wanted) if wanted else gettext("It becomes a new ticket.")
    flash(text, "success")
    return redirect(url_for("inbox.desk"), 303)


@pages.post("/inbox/<int:item_id>/aside")
def aside(item_id: int) -> ResponseReturnValue:
    """Put an item aside; it stays stored."""
    try:
        conversations.put_aside(staff.current_actor(), item_id)
    except NotPermitted:
        raise
    except DialogError as error:
        flash(refusal(error), "error")
    else:
        flash(gettext("Put aside. What came in stays stored."), "success")
    return redirect(url_for("inbox.desk"), 303)
