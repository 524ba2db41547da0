# SPDX-License-Identifier: Apache-2.0
"""How a form of a ticket answers: in place for htmx, by the ticket's page for a plain browser."""

from __future__ import annotations

import json

from flask import Response, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from admin_ui.shell import is_partial


def done(number: str, text: str = "", *, event: str = "sheet-close", kind: str = "success") -> ResponseReturnValue:
    """Tell that something was done; the page fetches what has changed by itself."""
    if not is_partial():
        if text:
            flash(text, kind)
        return redirect(url_for("tickets.show", number=number), 303)
    told: dict[str, object] = {event: {}, "ticket-changed": {}}
    if text:
        told["toast"] = {"text": text, "kind": kind}
    return Response(status=204, headers={"HX-Trigger": json.dumps(told)})


def refused(html: str, status: int = 422) -> ResponseReturnValue:
    """Show a form again with what was refused; htmx puts it where the form was."""
    return make_response(html, status)
