# SPDX-License-Identifier: Apache-2.0
"""Attachments as they are given out: never run, never guessed, images shown in place."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from admin_ui.tickets_pages.blueprint import pages
from dialog_core.plugin import conversations, staff

SHOWN = frozenset(kind for kind in conversations.SHOWN_INLINE if kind.startswith("image/"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pages.get("/files/<int:attachment_id>/<path:name>")
def give_file(attachment_id: int, name: str) -> ResponseReturnValue:  # noqa: ARG001 - the name is for people
    """Give out a file of a ticket: an image in place when asked for, everything else as a download."""
    file = conversations.read_file(staff.current_actor(), attachment_id)
    is_shown = "inline" in request.args and file.media_type in SHOWN
    response = Response(file.content, mimetype=file.media_type if is_shown else "application/octet-stream")
    way = "inline" if is_shown else "attachment"
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in file.name)
    response.headers["Content-Disposition"] = (
        f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.set_etag(hashlib.sha256(file.content).hexdigest())
    return response.make_conditional(request)
