# SPDX-License-Identifier: Apache-2.0
"""The address that the other side calls with an event: checked and stored, and nothing else; a job does the rest."""

from __future__ import annotations

import json
from typing import Any

from dialog_core.plugin import NotUnderstood, RawInbound, module_settings, now, store_inbound
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from dialog_webhook import NAME
from dialog_webhook.reading import MAX_ID, is_id, translate
from dialog_webhook.signing import UntrustedError, check_genuine

MAX_BODY = 128 * 1024

blueprint = Blueprint(f"{NAME}-webhook", __name__)


@blueprint.post("/messages")
def take_message() -> ResponseReturnValue:
    """Store one event.

    202 stored; 200 known already, by its id; 400 no JSON object with an id; 403 not genuine; 413 over 128 KiB; 422 an
    object that says nothing which this channel understands. After anything else the other side sends it again.
    """
    request.max_content_length = MAX_BODY
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _error(413, "size", f"a request has at most {MAX_BODY} bytes")
    settings = module_settings(NAME)
    try:
        check_genuine(dict(request.headers), body, secret=settings["secret"], at=now(), window=settings["window"])
    except UntrustedError as error:
        return _error(403, error.code, str(error))
    event = _parse(body)
    if event is None:
        return _error(400, "body", f"a JSON object is expected whose “id” is a text of 1 to {MAX_ID} characters")
    # Looked at before it is taken: a program can be told what is wrong with it, a customer could not.
    found = translate(RawInbound(NAME, event["id"], event, now()))
    if isinstance(found, NotUnderstood):
        return _error(422, "event", found.reason)
    is_new = store_inbound(NAME, event["id"], event)
    return {"id": event["id"], "is_new": is_new}, 202 if is_new else 200


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and is_id(event.get("id")) else None


def _error(status: int, code: str, message: str) -> ResponseReturnValue:
    return {"error": {"code": code, "message": message}}, status
