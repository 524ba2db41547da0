# SPDX-License-Identifier: Apache-2.0
"""Chats, and the organisations that they are connected to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin_ui.inbox_pages.blueprint import chat_pages
from admin_ui.shell import Entries, explain
from dialog_core.plugin import DialogError, NotPermitted, conversations, staff

ROWS = 40


@chat_pages.get("/chats")
def list_all() -> ResponseReturnValue:
    """List chats."""
    asked = request.args.get("q", "").strip()[:200]
    show = request.args.get("show", "")
    is_bound = {"bound": True, "unbound": False}.get(show)
    before = request.args.get("before", type=int)
    rows = conversations.list_chats(
        staff.current_actor(), search=asked, is_bound=is_bound, before=before, limit=ROWS + 1
    )
    return render_template(
        "admin_ui/inbox/chats.html",
        rows=rows[:ROWS],
        q=asked,
        show=show if is_bound is not None else "",
        before=before,
        older=rows[ROWS - 1].id if len(rows) > ROWS else None,
    )


@chat_pages.get("/chats/<int:chat_id>")
def chat(chat_id: int) -> ResponseReturnValue:
    """Show a chat and the form that connects it."""
    actor = staff.current_actor()
    row = conversations.get_chat(actor, chat_id)
    values = {"organisation_id": row.organisation_id or "", "organisation_text": row.organisation_name or row.title}
    return _show(row, Entries.holding(values if row.organisation_id else {"organisation_text": ""}))


@chat_pages.post("/chats/<int:chat_id>")
def bind(chat_id: int) -> ResponseReturnValue:
    """Connect a chat to an organisation, or part it from its own."""
    actor = staff.current_actor()
    text = request.form.get("organisation_id", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    is_parting = request.form.get("part") == "1"
    if wanted is None and not is_parting:
        entries = Entries.of_request()
        entries.errors["organisation"] = gettext("Choose an organisation from the list.")
        return _show(conversations.get_chat(actor, chat_id), entries), 422
    try:
        released = conversations.bind_chat(actor, chat_id, organisation_id=None if is_parting else wanted)
    except NotPermitted:
        raise
    except DialogError as error:
        entries = Entries.of_request()
        entries.errors["organisation"] = explain(error)
        return _show(conversations.get_chat(actor, chat_id), entries), 422
    flash(_told(is_parting=is_parting, released=released), "success")
    return redirect(url_for("chats.list_all"), 303)


def _told(*, is_parting: bool, released: int) -> str:
    if is_parting:
        return str(gettext("The chat is not connected to an organisation any more."))
    if not released:
        return str(gettext("The chat is connected. Nothing was waiting."))
    return str(
        ngettext(
            "The chat is connected; %(num)d message that waited is being turned into tickets.",
            "The chat is connected; %(num)d messages that waited are being turned into tickets.",
            released,
        )
    )


def _show(row: conversations.ChatListRow, entries: Entries) -> str:
    return render_template("admin_ui/inbox/chat.html", row=row, form=entries)
