# SPDX-License-Identifier: Apache-2.0
"""Files: uploaded into a ticket, and given out so that no browser runs them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from flask import Response, request
from werkzeug.http import parse_options_header

from dialog_core import tickets as reads
from dialog_core.api.answers.tickets import attachment_json
from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.bodies import read_body
from dialog_core.api.idempotency import perform
from dialog_core.api.problems import Problem, Text
from dialog_core.api.schemas.entries import AttachmentQuery, AttachmentsDone
from dialog_core.conversations import MAX_FILE_BYTES, SHOWN_INLINE, NewFile, read_file
from dialog_core.errors import WrongValue
from dialog_core.tickets import Added, add_entry

FORM_BYTES = 1024 * 1024
MOST_FILES = 20
_BYTES = "application/octet-stream"
_BINARY = {"type": "string", "format": "binary"}

attachments = Resource(
    "api-attachments",
    description="Files of entries.",
    accepts_files={"post_attachment": MAX_FILE_BYTES + FORM_BYTES},
)


@attachments.post("/tickets/<number>/attachments")
@attachments.arguments(AttachmentQuery, location="query")
@attachments.response(201, AttachmentsDone)
def post_attachment(query: dict[str, Any], number: str) -> Response:
    """Upload files into a ticket, as a new entry.

    Either `multipart/form-data` with any number of parts that are files, or the content itself as the body with the
    name in `?name=` or `Content-Disposition`. Together they may have 20 MB.
    """
    ticket_id = reads.ticket_id_of(actor(), number)
    files = _files(query["name"])

    def present(added: Added) -> Response:
        entry = reads.entry_by_id(actor(), ticket_id, added.entry_id)
        assert entry is not None, "it was just written"
        return answer({"entry": entry.id, "items": [attachment_json(one) for one in entry.attachments]}, 201)

    return perform(lambda: add_entry(actor(), ticket_id, kind=query["kind"], text=query["text"], files=files), present)


@attachments.get("/attachments/<int(max=2147483647):attachment_id>")
@attachments.response(200)
@attachments.doc(
    responses={
        "200": {
            "description": "The content.",
            "content": {kind: {"schema": _BINARY} for kind in (*sorted(SHOWN_INLINE), _BYTES)},
        }
    }
)
def get_attachment(attachment_id: int) -> Response:
    """Download a file. Pictures and PDF keep their type, everything else comes as bytes to be saved."""
    file = read_file(actor(), attachment_id)
    is_shown = file.media_type in SHOWN_INLINE
    given = Response(file.content, content_type=file.media_type if is_shown else _BYTES)
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in file.name)
    given.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    given.headers["X-Content-Type-Options"] = "nosniff"
    given.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    given.headers["Cache-Control"] = "private, no-store"
    return given


def _files(name: str) -> tuple[NewFile, ...]:
    if request.mimetype == "multipart/form-data":
        if request.content_length is None:
            raise Problem(411, Text("Send a form with its Content-Length."))
        parts = [part for part in request.files.values() if part.filename]
        if len(parts) > MOST_FILES:
            raise WrongValue("files", "There can be at most %(limit)s.", limit=MOST_FILES)
        found = tuple(NewFile(part.filename or "", part.stream.read()) for part in parts)
        for part in parts:
            part.stream.seek(0)  # the fingerprint of an Idempotency-Key reads them again
        if not found:
            raise WrongValue("files", "There is no file in the form.")
        return found
    if request.mimetype in {"", "application/x-www-form-urlencoded"}:
        raise Problem(415, Text("Send multipart/form-data, or the content of one file with its own media type."))
    content = read_body()
    if not content:
        raise WrongValue("files", "The file is empty.")
    return (NewFile(name or _disposition_name() or "file", content),)


def _disposition_name() -> str:
    _, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    return unquote(options.get("filename", ""))[:255]
